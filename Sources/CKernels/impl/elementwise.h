/* Elementwise, window and reduction kernels; included once for each instruction set.
 * Inner loops run over channels, plainly, for the compiler to vectorise. */
#include <math.h>
#include <string.h>

#include "lb_elementwise.h"

/* Rows that one piece of a row-parallel kernel handles: about 64 KiB of floats. */
static inline size_t lb_rows_per_piece(int C) {
    size_t rows = 16384 / (size_t)(C > 0 ? C : 1);
    return rows > 0 ? rows : 1;
}

typedef struct {
    size_t first, last;
} lb_span;

static inline lb_span lb_piece_span(int piece, size_t per_piece, size_t total) {
    lb_span s = {(size_t)piece * per_piece, ((size_t)piece + 1) * per_piece};
    if (s.last > total) s.last = total;
    return s;
}

static inline int lb_piece_count(size_t total, size_t per_piece) {
    return (int)((total + per_piece - 1) / per_piece);
}

/* Common arguments of the row-parallel kernels. */
typedef struct {
    float *y, *y2, *y3;
    const float *a, *b, *scale, *shift, *mean, *k1, *k2, *k3;
    lb_source source;
    uint8_t *index;
    const uint8_t *index_in;
    double *partial;
    uint64_t seed;
    float slope, rate;
    float beta1, beta2, step, epsilon;
    int accumulate, accumulate2, N, H, W, C, pieces;
    size_t rows, per_piece;
} lb_args;

static inline float lb_act(float v, float slope) { return v > 0.0f ? v : slope * v; }

/* The activated value of a source at flat row m, channel c. */
static inline float lb_read(const lb_source *s, size_t m, int c) {
    float v = s->data[m * (size_t)s->channels + (size_t)c];
    if (s->scale) v = s->scale[c] * v + s->shift[c];
    return s->relu && !(v > 0.0f) ? 0.0f : v;
}

static void lb_activate_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const int C = A->C;
    const float slope = A->slope;
    const float *restrict scale = A->scale, *restrict shift = A->shift;
    for (size_t m = s.first; m < s.last; m++) {
        const float *x = A->a + m * (size_t)C;
        float *y = A->y + m * (size_t)C;
        if (scale) {
            for (int c = 0; c < C; c++) y[c] = lb_act(scale[c] * x[c] + shift[c], slope);
        } else {
            for (int c = 0; c < C; c++) y[c] = lb_act(x[c], slope);
        }
    }
}

static void lb_activate(lb_pool *pool, float *y, const float *x, const float *scale,
                        const float *shift, float slope, size_t M, int C) {
    if (!scale) { /* rows need no structure */
        M *= (size_t)C;
        C = 1;
        if (M % 64 == 0) {
            M /= 64;
            C = 64;
        }
    }
    lb_args A = {.y = y, .a = x, .scale = scale, .shift = shift, .slope = slope, .rows = M, .C = C};
    A.per_piece = lb_rows_per_piece(C);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_activate_piece, &A);
}

/* Rows of one piece of a reduction, so that there are at most LB_REDUCTION_PIECES. */
static inline size_t lb_reduction_rows(size_t M) {
    size_t rows = (M + LB_REDUCTION_PIECES - 1) / LB_REDUCTION_PIECES;
    return rows < 256 ? 256 : rows;
}

/* Float sums of so many rows are added to the doubles: short enough to lose no precision. */
#define LB_REDUCTION_BLOCK 64
/* Channels handled at once, so that the running sums stay in registers or level-1 cache. */
#define LB_REDUCTION_CHANNELS 64

static void lb_reduce_partials(double *sum0, double *sum1, const double *partial, int pieces,
                               int C) {
    for (int c = 0; c < C; c++) sum0[c] = sum1[c] = 0.0;
    for (int p = 0; p < pieces; p++) {
        const double *q = partial + (size_t)p * 2 * (size_t)C;
        for (int c = 0; c < C; c++) {
            sum0[c] += q[c];
            sum1[c] += q[C + c];
        }
    }
}

static void lb_channel_sums_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const int C = A->C;
    double *out = A->partial + (size_t)piece * 2 * (size_t)C;
    for (int c0 = 0; c0 < C; c0 += LB_REDUCTION_CHANNELS) {
        const int n = C - c0 < LB_REDUCTION_CHANNELS ? C - c0 : LB_REDUCTION_CHANNELS;
        double d0[LB_REDUCTION_CHANNELS] = {0}, d1[LB_REDUCTION_CHANNELS] = {0};
        for (size_t m0 = s.first; m0 < s.last; m0 += LB_REDUCTION_BLOCK) {
            size_t m1 = m0 + LB_REDUCTION_BLOCK < s.last ? m0 + LB_REDUCTION_BLOCK : s.last;
            float f0[LB_REDUCTION_CHANNELS] = {0}, f1[LB_REDUCTION_CHANNELS] = {0};
            for (size_t m = m0; m < m1; m++) {
                const float *x = A->a + m * (size_t)C + c0;
                for (int c = 0; c < n; c++) {
                    f0[c] += x[c];
                    f1[c] += x[c] * x[c];
                }
            }
            for (int c = 0; c < n; c++) {
                d0[c] += f0[c];
                d1[c] += f1[c];
            }
        }
        for (int c = 0; c < n; c++) {
            out[c0 + c] = d0[c];
            out[C + c0 + c] = d1[c];
        }
    }
}

static void lb_channel_sums(lb_pool *pool, double *sum, double *sumsq, const float *x, size_t M,
                            int C, double *partial) {
    lb_args A = {.a = x, .rows = M, .C = C, .partial = partial};
    A.per_piece = lb_reduction_rows(M);
    const int pieces = lb_piece_count(M, A.per_piece);
    lb_pool_run(pool, pieces, lb_channel_sums_piece, &A);
    lb_reduce_partials(sum, sumsq, partial, pieces, C);
}

static void lb_norm_reduce_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const int C = A->C;
    const float slope = A->slope;
    double *out = A->partial + (size_t)piece * 2 * (size_t)C;
    for (int c0 = 0; c0 < C; c0 += LB_REDUCTION_CHANNELS) {
        const int n = C - c0 < LB_REDUCTION_CHANNELS ? C - c0 : LB_REDUCTION_CHANNELS;
        const float *scale = A->scale + c0, *shift = A->shift + c0, *mean = A->mean + c0;
        double d0[LB_REDUCTION_CHANNELS] = {0}, d1[LB_REDUCTION_CHANNELS] = {0};
        for (size_t m0 = s.first; m0 < s.last; m0 += LB_REDUCTION_BLOCK) {
            size_t m1 = m0 + LB_REDUCTION_BLOCK < s.last ? m0 + LB_REDUCTION_BLOCK : s.last;
            float f0[LB_REDUCTION_CHANNELS] = {0}, f1[LB_REDUCTION_CHANNELS] = {0};
            for (size_t m = m0; m < m1; m++) {
                const float *da = A->a + m * (size_t)C + c0;
                const float *z = A->b + m * (size_t)C + c0;
                for (int c = 0; c < n; c++) {
                    float g = scale[c] * z[c] + shift[c] > 0.0f ? da[c] : slope * da[c];
                    f0[c] += g;
                    f1[c] += g * (z[c] - mean[c]);
                }
            }
            for (int c = 0; c < n; c++) {
                d0[c] += f0[c];
                d1[c] += f1[c];
            }
        }
        for (int c = 0; c < n; c++) {
            out[c0 + c] = d0[c];
            out[C + c0 + c] = d1[c];
        }
    }
}

static void lb_norm_backward_reduce(lb_pool *pool, double *sum_g, double *sum_gz, const float *da,
                                    const float *z, const float *scale, const float *shift,
                                    const float *mean, float slope, size_t M, int C,
                                    double *partial) {
    lb_args A = {.a = da, .b = z, .scale = scale, .shift = shift, .mean = mean, .slope = slope,
                 .rows = M, .C = C, .partial = partial};
    A.per_piece = lb_reduction_rows(M);
    const int pieces = lb_piece_count(M, A.per_piece);
    lb_pool_run(pool, pieces, lb_norm_reduce_piece, &A);
    lb_reduce_partials(sum_g, sum_gz, partial, pieces, C);
}

static void lb_norm_apply_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const int C = A->C;
    const float slope = A->slope;
    const float *restrict scale = A->scale, *restrict shift = A->shift, *restrict mean = A->mean,
                *restrict k1 = A->k1, *restrict k2 = A->k2, *restrict k3 = A->k3;
    for (size_t m = s.first; m < s.last; m++) {
        const float *da = A->a + m * (size_t)C;
        const float *z = A->b + m * (size_t)C;
        float *dz = A->y + m * (size_t)C;
        for (int c = 0; c < C; c++) {
            float g = scale[c] * z[c] + shift[c] > 0.0f ? da[c] : slope * da[c];
            dz[c] = k1[c] * g - k2[c] - k3[c] * (z[c] - mean[c]);
        }
    }
}

static void lb_norm_backward_apply(lb_pool *pool, float *dz, const float *da, const float *z,
                                   const float *scale, const float *shift, const float *mean,
                                   const float *k1, const float *k2, const float *k3, float slope,
                                   size_t M, int C) {
    lb_args A = {.y = dz, .a = da, .b = z, .scale = scale, .shift = shift, .mean = mean, .k1 = k1,
                 .k2 = k2, .k3 = k3, .slope = slope, .rows = M, .C = C};
    A.per_piece = lb_rows_per_piece(C);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_norm_apply_piece, &A);
}

#define LB_FLAT_PIECE 16384

static void lb_activate_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    const float slope = A->slope;
    const float *dy = A->a, *x = A->b;
    float *dx = A->y;
    if (A->accumulate)
        for (size_t i = s.first; i < s.last; i++) dx[i] += x[i] > 0.0f ? dy[i] : slope * dy[i];
    else
        for (size_t i = s.first; i < s.last; i++) dx[i] = x[i] > 0.0f ? dy[i] : slope * dy[i];
}

static void lb_activate_backward(lb_pool *pool, float *dx, const float *dy, const float *x,
                                 float slope, int accumulate, size_t count) {
    lb_args A = {.y = dx, .a = dy, .b = x, .slope = slope, .accumulate = accumulate, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_activate_backward_piece, &A);
}

/* Pools: one piece is one output row of one image. */
static void lb_max_pool2_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels, Ho = A->H / 2, Wo = A->W / 2;
    const int n = piece / Ho, i = piece % Ho;
    const size_t top = ((size_t)n * (size_t)A->H + 2 * (size_t)i) * (size_t)A->W;
    const float *restrict scale = A->source.scale, *restrict shift = A->source.shift;
    const int relu = A->source.relu;
    for (int j = 0; j < Wo; j++) {
        const float *p0 = A->source.data + (top + 2 * (size_t)j) * (size_t)C;
        const float *p1 = p0 + C, *p2 = p0 + (size_t)A->W * (size_t)C, *p3 = p2 + C;
        const size_t o = ((size_t)piece * (size_t)Wo + (size_t)j) * (size_t)C;
        float *restrict y = A->y + o;
        uint8_t *restrict index = A->index + o;
        for (int c = 0; c < C; c++) {
            float a = p0[c], b = p1[c], d = p2[c], e = p3[c];
            if (scale) {
                a = scale[c] * a + shift[c];
                b = scale[c] * b + shift[c];
                d = scale[c] * d + shift[c];
                e = scale[c] * e + shift[c];
            }
            float best = a;
            int32_t which = 0;
            which = b > best ? 1 : which;
            best = b > best ? b : best;
            which = d > best ? 2 : which;
            best = d > best ? d : best;
            which = e > best ? 3 : which;
            best = e > best ? e : best;
            y[c] = relu && !(best > 0.0f) ? 0.0f : best;
            index[c] = (uint8_t)which;
        }
    }
}

static void lb_max_pool2(lb_pool *pool, float *y, uint8_t *index, lb_source x, int N, int H,
                         int W) {
    lb_args A = {.y = y, .index = index, .source = x, .N = N, .H = H, .W = W};
    lb_pool_run(pool, N * (H / 2), lb_max_pool2_piece, &A);
}

static void lb_max_pool2_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, Ho = A->H / 2, Wo = A->W / 2, H = A->H, W = A->W;
    const int rows = (H + 1) / 2;
    const int n = piece / rows, i = piece % rows;
    const size_t top = ((size_t)n * (size_t)H + 2 * (size_t)i) * (size_t)W * (size_t)C;
    float *d0 = A->y + top, *d1 = d0 + (size_t)W * (size_t)C;
    if (i >= Ho) { /* an odd last row has no window */
        if (!A->accumulate) memset(d0, 0, sizeof(float) * (size_t)W * (size_t)C);
        return;
    }
    if (!A->accumulate && W % 2) {
        memset(d0 + (size_t)(W - 1) * (size_t)C, 0, sizeof(float) * (size_t)C);
        memset(d1 + (size_t)(W - 1) * (size_t)C, 0, sizeof(float) * (size_t)C);
    }
    for (int j = 0; j < Wo; j++) {
        const size_t o = (((size_t)n * (size_t)Ho + (size_t)i) * (size_t)Wo + (size_t)j) * (size_t)C;
        const float *restrict dy = A->a + o;
        const uint8_t *restrict index = A->index_in + o;
        float *restrict q0 = d0 + 2 * (size_t)j * (size_t)C, *restrict q2 = d1 + 2 * (size_t)j * (size_t)C;
        float *restrict q1 = q0 + C, *restrict q3 = q2 + C;
        if (A->accumulate) {
            for (int c = 0; c < C; c++) {
                q0[c] += index[c] == 0 ? dy[c] : 0.0f;
                q1[c] += index[c] == 1 ? dy[c] : 0.0f;
                q2[c] += index[c] == 2 ? dy[c] : 0.0f;
                q3[c] += index[c] == 3 ? dy[c] : 0.0f;
            }
        } else {
            for (int c = 0; c < C; c++) {
                q0[c] = index[c] == 0 ? dy[c] : 0.0f;
                q1[c] = index[c] == 1 ? dy[c] : 0.0f;
                q2[c] = index[c] == 2 ? dy[c] : 0.0f;
                q3[c] = index[c] == 3 ? dy[c] : 0.0f;
            }
        }
    }
}

static void lb_max_pool2_backward(lb_pool *pool, float *dx, const float *dy, const uint8_t *index,
                                  int accumulate, int N, int H, int W, int C) {
    lb_args A = {.y = dx, .a = dy, .index_in = index, .accumulate = accumulate, .N = N, .H = H,
                 .W = W, .C = C};
    lb_pool_run(pool, N * ((H + 1) / 2), lb_max_pool2_backward_piece, &A);
}

static void lb_average_pool2_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels, Ho = A->H / 2, Wo = A->W / 2;
    const int n = piece / Ho, i = piece % Ho;
    const size_t top = ((size_t)n * (size_t)A->H + 2 * (size_t)i) * (size_t)A->W;
    for (int j = 0; j < Wo; j++) {
        const size_t p = top + 2 * (size_t)j;
        float *y = A->y + ((size_t)piece * (size_t)Wo + (size_t)j) * (size_t)C;
        for (int c = 0; c < C; c++)
            y[c] = 0.25f * ((lb_read(&A->source, p, c) + lb_read(&A->source, p + 1, c)) +
                            (lb_read(&A->source, p + (size_t)A->W, c) +
                             lb_read(&A->source, p + (size_t)A->W + 1, c)));
    }
}

static void lb_average_pool2(lb_pool *pool, float *y, lb_source x, int N, int H, int W) {
    lb_args A = {.y = y, .source = x, .N = N, .H = H, .W = W};
    lb_pool_run(pool, N * (H / 2), lb_average_pool2_piece, &A);
}

static void lb_average_pool2_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, Ho = A->H / 2, Wo = A->W / 2;
    const int n = piece / A->H, i = piece % A->H;
    float *row = A->y + (size_t)piece * (size_t)A->W * (size_t)C;
    for (int j = 0; j < A->W; j++) {
        float *dx = row + (size_t)j * (size_t)C;
        if (i / 2 < Ho && j / 2 < Wo) {
            const float *dy = A->a + (((size_t)n * (size_t)Ho + (size_t)(i / 2)) * (size_t)Wo +
                                      (size_t)(j / 2)) * (size_t)C;
            for (int c = 0; c < C; c++) dx[c] = (A->accumulate ? dx[c] : 0.0f) + 0.25f * dy[c];
        } else if (!A->accumulate) {
            for (int c = 0; c < C; c++) dx[c] = 0.0f;
        }
    }
}

static void lb_average_pool2_backward(lb_pool *pool, float *dx, const float *dy, int accumulate,
                                      int N, int H, int W, int C) {
    lb_args A = {.y = dx, .a = dy, .accumulate = accumulate, .N = N, .H = H, .W = W, .C = C};
    lb_pool_run(pool, N * H, lb_average_pool2_backward_piece, &A);
}

/* Bilinear x2 with pixel centres: output 2i mixes rows i-1 (0.25) and i (0.75), output 2i+1
 * mixes i (0.75) and i+1 (0.25); neighbours outside are the edge itself. */
static inline int lb_clamp(int v, int size) { return v < 0 ? 0 : (v >= size ? size - 1 : v); }

static void lb_bilinear2_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, H = A->H, W = A->W;
    const int n = piece / (2 * H), i = piece % (2 * H);
    const int near = i / 2, far = lb_clamp(i % 2 ? near + 1 : near - 1, H);
    const float *r0 = A->a + ((size_t)n * (size_t)H + (size_t)near) * (size_t)W * (size_t)C;
    const float *r1 = A->a + ((size_t)n * (size_t)H + (size_t)far) * (size_t)W * (size_t)C;
    float *y = A->y + (size_t)piece * 2 * (size_t)W * (size_t)C;
    for (int j = 0; j < 2 * W; j++, y += C) {
        const int left = j / 2, right = lb_clamp(j % 2 ? left + 1 : left - 1, W);
        const float *a = r0 + (size_t)left * (size_t)C, *b = r0 + (size_t)right * (size_t)C;
        const float *d = r1 + (size_t)left * (size_t)C, *e = r1 + (size_t)right * (size_t)C;
        for (int c = 0; c < C; c++)
            y[c] = 0.75f * (0.75f * a[c] + 0.25f * b[c]) + 0.25f * (0.75f * d[c] + 0.25f * e[c]);
    }
}

static void lb_bilinear2(lb_pool *pool, float *y, const float *x, int N, int H, int W, int C) {
    lb_args A = {.y = y, .a = x, .N = N, .H = H, .W = W, .C = C};
    lb_pool_run(pool, N * 2 * H, lb_bilinear2_piece, &A);
}

/* The weight of output o in input i along one axis of `size` inputs. */
static inline float lb_bilinear_weight(int o, int i, int size) {
    const int near = o / 2, far = lb_clamp(o % 2 ? near + 1 : near - 1, size);
    return (near == i ? 0.75f : 0.0f) + (far == i ? 0.25f : 0.0f);
}

static void lb_bilinear2_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, H = A->H, W = A->W;
    const int n = piece / H, i = piece % H;
    for (int j = 0; j < W; j++) {
        float *dx = A->y + ((size_t)piece * (size_t)W + (size_t)j) * (size_t)C;
        if (!A->accumulate)
            for (int c = 0; c < C; c++) dx[c] = 0.0f;
        for (int u = 2 * i - 1; u <= 2 * i + 2; u++) {
            if (u < 0 || u >= 2 * H) continue;
            const float wu = lb_bilinear_weight(u, i, H);
            for (int v = 2 * j - 1; v <= 2 * j + 2; v++) {
                if (v < 0 || v >= 2 * W) continue;
                const float w = wu * lb_bilinear_weight(v, j, W);
                const float *dy =
                    A->a + (((size_t)n * 2 * (size_t)H + (size_t)u) * 2 * (size_t)W + (size_t)v) *
                               (size_t)C;
                for (int c = 0; c < C; c++) dx[c] += w * dy[c];
            }
        }
    }
}

static void lb_bilinear2_backward(lb_pool *pool, float *dx, const float *dy, int accumulate, int N,
                                  int H, int W, int C) {
    lb_args A = {.y = dx, .a = dy, .accumulate = accumulate, .N = N, .H = H, .W = W, .C = C};
    lb_pool_run(pool, N * H, lb_bilinear2_backward_piece, &A);
}

static void lb_sigmoid_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    for (size_t i = s.first; i < s.last; i++) A->y[i] = 1.0f / (1.0f + expf(-A->a[i]));
}

static void lb_sigmoid(lb_pool *pool, float *y, const float *x, size_t count) {
    lb_args A = {.y = y, .a = x, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_sigmoid_piece, &A);
}

static void lb_sigmoid_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    for (size_t i = s.first; i < s.last; i++) {
        const float g = A->a[i] * A->b[i] * (1.0f - A->b[i]);
        A->y[i] = A->accumulate ? A->y[i] + g : g;
    }
}

static void lb_sigmoid_backward(lb_pool *pool, float *dx, const float *dy, const float *y,
                                int accumulate, size_t count) {
    lb_args A = {.y = dx, .a = dy, .b = y, .accumulate = accumulate, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_sigmoid_backward_piece, &A);
}

static void lb_add_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    for (size_t i = s.first; i < s.last; i++) A->y[i] = A->a[i] + A->b[i];
}

static void lb_add(lb_pool *pool, float *y, const float *a, const float *b, size_t count) {
    lb_args A = {.y = y, .a = a, .b = b, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_add_piece, &A);
}

static void lb_gate_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    for (size_t m = s.first; m < s.last; m++) {
        float *y = A->y + m * (size_t)C;
        const float g = A->a[m];
        for (int c = 0; c < C; c++) y[c] = g * lb_read(&A->source, m, c);
    }
}

static void lb_gate(lb_pool *pool, float *y, lb_source x, const float *gate, size_t M) {
    lb_args A = {.y = y, .a = gate, .source = x, .rows = M};
    A.per_piece = lb_rows_per_piece(x.channels);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_gate_piece, &A);
}

static void lb_gate_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    for (size_t m = s.first; m < s.last; m++) {
        const float *dy = A->a + m * (size_t)C;
        float *dx = A->y + m * (size_t)C;
        const float g = A->b[m];
        float sums[16] = {0}; /* sixteen running sums: an order that vectorises */
        int c = 0;
        for (; c + 16 <= C; c += 16)
            for (int l = 0; l < 16; l++) sums[l] += dy[c + l] * lb_read(&A->source, m, c + l);
        for (int l = 0; c < C; c++, l++) sums[l] += dy[c] * lb_read(&A->source, m, c);
        float sum = 0.0f;
        for (int l = 0; l < 16; l++) sum += sums[l];
        A->y2[m] = A->accumulate2 ? A->y2[m] + sum : sum;
        if (A->accumulate)
            for (int k = 0; k < C; k++) dx[k] += g * dy[k];
        else
            for (int k = 0; k < C; k++) dx[k] = g * dy[k];
    }
}

static void lb_gate_backward(lb_pool *pool, float *dx, int accumulate_x, float *dgate,
                             int accumulate_gate, const float *dy, lb_source x, const float *gate,
                             size_t M) {
    lb_args A = {.y = dx, .y2 = dgate, .a = dy, .b = gate, .source = x, .accumulate = accumulate_x,
                 .accumulate2 = accumulate_gate, .rows = M};
    A.per_piece = lb_rows_per_piece(x.channels);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_gate_backward_piece, &A);
}

/* SplitMix64 of the index: 24 random bits a element, the same on every thread. */
static inline uint32_t lb_counter_random(uint64_t seed, uint64_t index) {
    uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return (uint32_t)((z ^ (z >> 31)) >> 40);
}

static void lb_dropout_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    const uint32_t threshold = (uint32_t)(A->rate * 16777216.0f);
    const float keep = 1.0f / (1.0f - A->rate);
    for (size_t i = s.first; i < s.last; i++) {
        const float v = lb_counter_random(A->seed, i) >= threshold ? keep * A->a[i] : 0.0f;
        A->y[i] = A->accumulate ? A->y[i] + v : v;
    }
}

static void lb_dropout(lb_pool *pool, float *y, const float *x, uint64_t seed, float rate,
                       int accumulate, size_t count) {
    lb_args A = {.y = y, .a = x, .seed = seed, .rate = rate, .accumulate = accumulate,
                 .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_dropout_piece, &A);
}

static void lb_global_average_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C;
    for (int c0 = 0; c0 < C; c0 += LB_REDUCTION_CHANNELS) {
        const int n = C - c0 < LB_REDUCTION_CHANNELS ? C - c0 : LB_REDUCTION_CHANNELS;
        double sum[LB_REDUCTION_CHANNELS] = {0};
        for (size_t p = 0; p < A->rows; p++) {
            const float *x = A->a + ((size_t)piece * A->rows + p) * (size_t)C + c0;
            for (int c = 0; c < n; c++) sum[c] += x[c];
        }
        float *y = A->y + (size_t)piece * (size_t)C + c0;
        for (int c = 0; c < n; c++) y[c] = (float)(sum[c] / (double)A->rows);
    }
}

static void lb_global_average(lb_pool *pool, float *y, const float *x, int N, size_t P, int C) {
    lb_args A = {.y = y, .a = x, .rows = P, .C = C};
    lb_pool_run(pool, N, lb_global_average_piece, &A);
}

static void lb_global_average_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C;
    const float *dy = A->a + (size_t)piece * (size_t)C;
    const float share = 1.0f / (float)A->rows;
    for (size_t p = 0; p < A->rows; p++) {
        float *dx = A->y + ((size_t)piece * A->rows + p) * (size_t)C;
        for (int c = 0; c < C; c++) dx[c] = (A->accumulate ? dx[c] : 0.0f) + share * dy[c];
    }
}

static void lb_global_average_backward(lb_pool *pool, float *dx, const float *dy, int accumulate,
                                       int N, size_t P, int C) {
    lb_args A = {.y = dx, .a = dy, .accumulate = accumulate, .rows = P, .C = C};
    lb_pool_run(pool, N, lb_global_average_backward_piece, &A);
}

static void lb_dense(float *y, const float *x, const float *w, const float *bias, int N, int C,
                     int K) {
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++) {
            double sum = bias ? bias[k] : 0.0;
            for (int c = 0; c < C; c++)
                sum += (double)x[(size_t)n * (size_t)C + (size_t)c] *
                       w[(size_t)k * (size_t)C + (size_t)c];
            y[(size_t)n * (size_t)K + (size_t)k] = (float)sum;
        }
}

static void lb_dense_backward(float *dx, int accumulate_x, float *dw, float *dbias,
                              int accumulate_w, const float *dy, const float *x, const float *w,
                              int N, int C, int K) {
    if (dx)
        for (int n = 0; n < N; n++)
            for (int c = 0; c < C; c++) {
                double sum = 0.0;
                for (int k = 0; k < K; k++)
                    sum += (double)dy[(size_t)n * (size_t)K + (size_t)k] *
                           w[(size_t)k * (size_t)C + (size_t)c];
                float *d = dx + (size_t)n * (size_t)C + (size_t)c;
                *d = accumulate_x ? *d + (float)sum : (float)sum;
            }
    for (int k = 0; k < K; k++) {
        if (dw)
            for (int c = 0; c < C; c++) {
                double sum = 0.0;
                for (int n = 0; n < N; n++)
                    sum += (double)dy[(size_t)n * (size_t)K + (size_t)k] *
                           x[(size_t)n * (size_t)C + (size_t)c];
                float *d = dw + (size_t)k * (size_t)C + (size_t)c;
                *d = accumulate_w ? *d + (float)sum : (float)sum;
            }
        if (dbias) {
            double sum = 0.0;
            for (int n = 0; n < N; n++) sum += dy[(size_t)n * (size_t)K + (size_t)k];
            dbias[k] = accumulate_w ? dbias[k] + (float)sum : (float)sum;
        }
    }
}

static void lb_adam_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    float *restrict p = A->y, *restrict m = A->y2, *restrict v = A->y3;
    const float *restrict g = A->a;
    const float b1 = A->beta1, b2 = A->beta2, step = A->step, epsilon = A->epsilon;
    for (size_t i = s.first; i < s.last; i++) {
        m[i] = b1 * m[i] + (1.0f - b1) * g[i];
        v[i] = b2 * v[i] + (1.0f - b2) * (g[i] * g[i]);
        p[i] -= step * m[i] / (sqrtf(v[i]) + epsilon);
    }
}

static void lb_adam(lb_pool *pool, float *p, float *m, float *v, const float *g, float step_size,
                    float beta1, float beta2, float epsilon_hat, size_t count) {
    lb_args A = {.y = p, .y2 = m, .y3 = v, .a = g, .step = step_size,
                 .beta1 = beta1, .beta2 = beta2, .epsilon = epsilon_hat, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_adam_piece, &A);
}

/* The table's field of this level. */
#define LB_ELEMENTWISE_TABLE \
    {.activate = lb_activate, \
     .channel_sums = lb_channel_sums, \
     .norm_backward_reduce = lb_norm_backward_reduce, \
     .norm_backward_apply = lb_norm_backward_apply, \
     .activate_backward = lb_activate_backward, \
     .max_pool2 = lb_max_pool2, \
     .max_pool2_backward = lb_max_pool2_backward, \
     .average_pool2 = lb_average_pool2, \
     .average_pool2_backward = lb_average_pool2_backward, \
     .bilinear2 = lb_bilinear2, \
     .bilinear2_backward = lb_bilinear2_backward, \
     .sigmoid = lb_sigmoid, \
     .sigmoid_backward = lb_sigmoid_backward, \
     .add = lb_add, \
     .gate = lb_gate, \
     .gate_backward = lb_gate_backward, \
     .dropout = lb_dropout, \
     .global_average = lb_global_average, \
     .global_average_backward = lb_global_average_backward, \
     .dense = lb_dense, \
     .dense_backward = lb_dense_backward, \
     .adam = lb_adam}
