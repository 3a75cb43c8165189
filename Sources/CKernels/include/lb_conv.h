#ifndef LB_CONV_H
#define LB_CONV_H

#include "lb_cpu.h"
#include "lb_pool.h"
#include <stddef.h>

// Convolutions in NHWC float32. Weights are [K][R][S][C]: output channel, kernel row, kernel
// column, input channel. Results are the same bits for any number of threads. Where several sources
// or sinks are given, their channels follow each other, as in a concatenation that nobody has to
// copy; at most 8 of them.

/// One input of a convolution, read as `a[n,h,w,c] = act(scale[c] * data[n,h,w,c] + shift[c])`:
/// batch norm and ReLU of the layer before, applied while loading. `scale` NULL: `data` as it is
/// (`shift` is then ignored). `relu` nonzero: `max(0, ·)` follows. Zero padding is of the
/// activation.
typedef struct {
    const float *data; // [n][h][w][channels]
    int channels;
    const float *scale; // [channels] or NULL
    const float *shift; // [channels], with scale
    int relu;
} lb_source;

/// One destination of an input gradient. `data` NULL: not wanted. `accumulate` nonzero: added
/// instead of overwritten.
typedef struct {
    float *data; // [n][h][w][channels]
    int channels;
    int accumulate;
} lb_sink;

/// A convolution with a square kernel. Padding is `(kernel - 1) / 2` on each side (1 for 3, 0 for 1
/// and 2), the output is `(size + 2 * padding - kernel) / stride + 1` high and wide. Supported:
/// kernel 1, 2, 3 with stride 1 or 2.
typedef struct {
    int n, h, w; // images, input height and width
    int k; // output channels
    int kernel;
    int stride;
} lb_conv_shape;

/// Padding on each side.
static inline int lb_conv_padding(lb_conv_shape s) { return (s.kernel - 1) / 2; }
/// Output height or width for the input height or width `size`.
static inline int lb_conv_output(lb_conv_shape s, int size) {
    return (size + 2 * lb_conv_padding(s) - s.kernel) / s.stride + 1;
}

/// The convolution kernels of one CPU level. `channels` are the input channels in all. Every result
/// is overwritten, except where a sink asks for a sum.
typedef struct {
    /// Bytes of workspace (64-byte aligned by the caller) that the three functions below need at
    /// most.
    size_t (*workspace)(lb_conv_shape shape, int channels, int threads);
    /// `y[n,i,j,k] = bias[k] + sum of weights * a`. `bias` may be NULL. If `sum` is not NULL,
    /// `sum[k]` and `sumsq[k]` become the sums of `y` and `y * y` over n, i, j (for batch norm).
    void (*forward)(lb_pool *pool, float *y, double *sum, double *sumsq, const lb_source *sources,
        int source_count, const float *weights, const float *bias, lb_conv_shape shape,
        void *workspace);
    /// The gradient with respect to the activations (not through scale, shift and ReLU), written or
    /// added to the sinks.
    void (*backward_input)(lb_pool *pool, const lb_sink *sinks, int sink_count, const float *dy,
        const float *weights, lb_conv_shape shape, void *workspace);
    /// The gradient of the weights `dw` [K][R][S][C] and, unless NULL, of the bias `dbias` [K].
    void (*backward_weights)(lb_pool *pool, float *dw, float *dbias, const float *dy,
        const lb_source *sources, int source_count, lb_conv_shape shape, void *workspace);

    // Transposed convolution, kernel 2, stride 2: `y[n, 2i+r, 2j+s, k] = bias[k] + sum over c of
    // a[n,i,j,c] * weights[r][s][k][c]`, weights [R][S][K][C]. `shape.h`, `shape.w` are the size of
    // the input (the small map); the output is twice as high and wide. `shape.kernel` and
    // `shape.stride` are ignored.

    /// As `workspace`.
    size_t (*transpose2_workspace)(lb_conv_shape shape, int channels, int threads);
    /// As `forward`: y [n][2h][2w][k].
    void (*transpose2_forward)(lb_pool *pool, float *y, double *sum, double *sumsq,
        const lb_source *sources, int source_count, const float *weights, const float *bias,
        lb_conv_shape shape, void *workspace);
    /// As `backward_input`: sinks [n][h][w][c], dy [n][2h][2w][k].
    void (*transpose2_backward_input)(lb_pool *pool, const lb_sink *sinks, int sink_count,
        const float *dy, const float *weights, lb_conv_shape shape, void *workspace);
    /// As `backward_weights`: dw [R][S][K][C].
    void (*transpose2_backward_weights)(lb_pool *pool, float *dw, float *dbias, const float *dy,
        const lb_source *sources, int source_count, lb_conv_shape shape, void *workspace);
} lb_conv_kernels;

#endif
