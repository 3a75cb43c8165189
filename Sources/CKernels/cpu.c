// Which kernels this machine can run.
#include "lightbox_kernels.h"

extern const lb_kernels lb_kernels_portable;
#if defined(__x86_64__)
extern const lb_kernels lb_kernels_avx2, lb_kernels_avx512;
#endif

lb_cpu lb_cpu_best(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#ifdef LB_EMULATE_AVX512
    int avx512 = avx2;
#else
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#endif
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
