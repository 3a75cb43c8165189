// Elementwise, window and reduction kernels. NHWC float32; M = N*H*W rows of C channels.
// Outputs stand first. Nothing allocates: a `double *partial` is workspace of
// LB_REDUCTION_PIECES * 2 * C doubles. Work is cut into pieces by the shape alone and partial
// sums are added in piece order, so results do not depend on the number of threads.
#ifndef LB_ELEMENTWISE_H
#define LB_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

#include "lb_conv.h"
#include "lb_pool.h"

// The most pieces that a reduction over rows is cut into.
#define LB_REDUCTION_PIECES 64

typedef struct lb_elementwise_kernels {
    // y = act(scale[c] * x + shift[c]); act(v) = v > 0 ? v : slope * v (slope 0: ReLU, 1: none).
    // scale NULL: no affine. y may be x.
    void (*activate)(lb_pool *, float *y, const float *x, const float *scale, const float *shift,
        float slope, size_t M, int C);
    // sum[c] = sum over rows of x, sumsq[c] = sum of x*x.
    void (*channel_sums)(
        lb_pool *, double *sum, double *sumsq, const float *x, size_t M, int C, double *partial);
    // Batch norm backward, first pass. g = da * act'(scale*z + shift);
    // sum_g[c] = sum g, sum_gz[c] = sum g * (z - mean[c]).
    void (*norm_backward_reduce)(lb_pool *, double *sum_g, double *sum_gz, const float *da,
        const float *z, const float *scale, const float *shift, const float *mean, float slope,
        size_t M, int C, double *partial);
    // Second pass: dz = k1[c]*g - k2[c] - k3[c]*(z - mean[c]). Overwrites dz, which may be da.
    void (*norm_backward_apply)(lb_pool *, float *dz, const float *da, const float *z,
        const float *scale, const float *shift, const float *mean, const float *k1, const float *k2,
        const float *k3, float slope, size_t M, int C);
    // dx (+)= dy * act'(x): the backward of `activate` without an affine.
    void (*activate_backward)(lb_pool *, float *dx, const float *dy, const float *x, float slope,
        int accumulate, size_t count);
    // y [N,H/2,W/2,C] = maximum of 2x2 windows of the source; index: which of the four (0..3).
    void (*max_pool2)(lb_pool *, float *y, uint8_t *index, lb_source x, int N, int H, int W);
    // dx [N,H,W,C] (+)= dy at the place of the maximum. Odd last rows and columns get zero.
    void (*max_pool2_backward)(lb_pool *, float *dx, const float *dy, const uint8_t *index,
        int accumulate, int N, int H, int W, int C);
    // y [N,H/2,W/2,C] = mean of 2x2 windows.
    void (*average_pool2)(lb_pool *, float *y, lb_source x, int N, int H, int W);
    void (*average_pool2_backward)(
        lb_pool *, float *dx, const float *dy, int accumulate, int N, int H, int W, int C);
    // y [N,2H,2W,C]: bilinear interpolation, pixel centres (align_corners = false).
    void (*bilinear2)(lb_pool *, float *y, const float *x, int N, int H, int W, int C);
    // dx [N,H,W,C] (+)= the adjoint of bilinear2 applied to dy.
    void (*bilinear2_backward)(
        lb_pool *, float *dx, const float *dy, int accumulate, int N, int H, int W, int C);
    // y = 1 / (1 + exp(-x)); dx (+)= dy * y * (1 - y).
    void (*sigmoid)(lb_pool *, float *y, const float *x, size_t count);
    void (*sigmoid_backward)(
        lb_pool *, float *dx, const float *dy, const float *y, int accumulate, size_t count);
    // y = a + b; y may be a or b.
    void (*add)(lb_pool *, float *y, const float *a, const float *b, size_t count);
    // y[m,c] = act(source)[m,c] * gate[m].
    void (*gate)(lb_pool *, float *y, lb_source x, const float *gate, size_t M);
    // dx[m,c] (+)= dy[m,c]*gate[m]; dgate[m] (+)= sum_c dy[m,c]*x[m,c].
    void (*gate_backward)(lb_pool *, float *dx, int accumulate_x, float *dgate, int accumulate_gate,
        const float *dy, lb_source x, const float *gate, size_t M);
    // y = x / (1-rate) where a counter-based random number of (seed, index) keeps the element,
    // else 0. Its own backward: the same call on dy. accumulate: adds to y.
    void (*dropout)(lb_pool *, float *y, const float *x, uint64_t seed, float rate, int accumulate,
        size_t count);
    // y [N,C] = mean over the P pixels of each image; dx [N,P,C] (+)= dy / P.
    void (*global_average)(lb_pool *, float *y, const float *x, int N, size_t P, int C);
    void (*global_average_backward)(
        lb_pool *, float *dx, const float *dy, int accumulate, int N, size_t P, int C);
    // y [N,K] = x [N,C] * w[K,C]^T + bias; small products, one thread.
    void (*dense)(float *y, const float *x, const float *w, const float *bias, int N, int C, int K);
    // dx (+)= dy * w; dw, dbias (+)= (accumulate_w). dx, dw or dbias NULL: not wanted.
    void (*dense_backward)(float *dx, int accumulate_x, float *dw, float *dbias, int accumulate_w,
        const float *dy, const float *x, const float *w, int N, int C, int K);
    // One Adam step (Kingma and Ba 2015, algorithm 1, with bias corrections folded into
    // step_size = lr*sqrt(1-b2^t)/(1-b1^t) and epsilon_hat = eps*sqrt(1-b2^t)).
    void (*adam)(lb_pool *, float *p, float *m, float *v, const float *g, float step_size,
        float beta1, float beta2, float epsilon_hat, size_t count);
    // y = keep * y + (1 - keep) * x.
    void (*average)(lb_pool *, float *y, const float *x, float keep, size_t count);
} lb_elementwise_kernels;

#endif
