// Which kernels this machine can run, and the functions that call through their table.
#include "lightbox_kernels.h"

extern const lb_kernels lb_kernels_portable;
#if defined(__x86_64__)
extern const lb_kernels lb_kernels_avx2, lb_kernels_avx512;
#endif

lb_cpu lb_cpu_best(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    return avx512 ? LB_CPU_AVX512 : avx2 ? LB_CPU_AVX2 : LB_CPU_PORTABLE;
#else
    return LB_CPU_PORTABLE;
#endif
}

const lb_kernels *lb_kernels_for(lb_cpu cpu) {
    lb_cpu best = lb_cpu_best();
    if (cpu > best) cpu = best;
#if defined(__x86_64__)
    if (cpu == LB_CPU_AVX512) return &lb_kernels_avx512;
    if (cpu == LB_CPU_AVX2) return &lb_kernels_avx2;
#endif
    return &lb_kernels_portable;
}

size_t lb_conv_workspace(const lb_kernels *kernels, lb_conv_shape shape, int channels, int threads) {
    return kernels->conv.workspace(shape, channels, threads);
}

void lb_conv_forward(
    const lb_kernels *kernels, lb_pool *pool, float *y, double *sum, double *sumsq, const lb_source *sources,
    int source_count, const float *weights, const float *bias, lb_conv_shape shape, void *workspace) {
    kernels->conv.forward(pool, y, sum, sumsq, sources, source_count, weights, bias, shape, workspace);
}

void lb_conv_backward_input(
    const lb_kernels *kernels, lb_pool *pool, const lb_sink *sinks, int sink_count, const float *dy,
    const float *weights, lb_conv_shape shape, void *workspace) {
    kernels->conv.backward_input(pool, sinks, sink_count, dy, weights, shape, workspace);
}

void lb_conv_backward_weights(
    const lb_kernels *kernels, lb_pool *pool, float *dw, float *dbias, const float *dy, const lb_source *sources,
    int source_count, lb_conv_shape shape, void *workspace) {
    kernels->conv.backward_weights(pool, dw, dbias, dy, sources, source_count, shape, workspace);
}

size_t lb_conv_transpose2_workspace(const lb_kernels *kernels, lb_conv_shape shape, int channels, int threads) {
    return kernels->conv.transpose2_workspace(shape, channels, threads);
}

void lb_conv_transpose2_forward(
    const lb_kernels *kernels, lb_pool *pool, float *y, double *sum, double *sumsq, const lb_source *sources,
    int source_count, const float *weights, const float *bias, lb_conv_shape shape, void *workspace) {
    kernels->conv.transpose2_forward(pool, y, sum, sumsq, sources, source_count, weights, bias, shape, workspace);
}

void lb_conv_transpose2_backward_input(
    const lb_kernels *kernels, lb_pool *pool, const lb_sink *sinks, int sink_count, const float *dy,
    const float *weights, lb_conv_shape shape, void *workspace) {
    kernels->conv.transpose2_backward_input(pool, sinks, sink_count, dy, weights, shape, workspace);
}

void lb_conv_transpose2_backward_weights(
    const lb_kernels *kernels, lb_pool *pool, float *dw, float *dbias, const float *dy, const lb_source *sources,
    int source_count, lb_conv_shape shape, void *workspace) {
    kernels->conv.transpose2_backward_weights(pool, dw, dbias, dy, sources, source_count, shape, workspace);
}
