// Convolutions as they are defined, sums in double: the oracle of the fast kernels.
#include "lb_naive_conv.h"
#include <stddef.h>

static int channels_of(const lb_source *sources, int count) {
    int c = 0;
    for (int i = 0; i < count; i++) c += sources[i].channels;
    return c;
}

/// Activation of channel `c` of the concatenation at `pixel` (index into n*h*w).
static float activation(const lb_source *s, size_t pixel, int c) {
    while (c >= s->channels) c -= (s++)->channels;
    float v = s->data[pixel * (size_t)s->channels + (size_t)c];
    if (s->scale) v = s->scale[c] * v + s->shift[c];
    if (s->relu && v < 0) v = 0;
    return v;
}

static void statistics(double *sum, double *sumsq, const float *y, size_t pixels, int k) {
    for (int i = 0; i < k; i++) {
        double s = 0, q = 0;
        for (size_t p = 0; p < pixels; p++) {
            double v = y[p * (size_t)k + (size_t)i];
            s += v;
            q += v * v;
        }
        sum[i] = s;
        sumsq[i] = q;
    }
}

static void put(const lb_sink *s, size_t pixel, int c, double value) {
    while (c >= s->channels) c -= (s++)->channels;
    if (!s->data) return;
    float *d = &s->data[pixel * (size_t)s->channels + (size_t)c];
    *d = (float)(s->accumulate ? *d + value : value);
}

static void bias_gradient(float *dbias, const float *dy, size_t pixels, int k) {
    for (int i = 0; i < k; i++) {
        double s = 0;
        for (size_t p = 0; p < pixels; p++) s += dy[p * (size_t)k + (size_t)i];
        dbias[i] = (float)s;
    }
}

void lb_naive_conv_forward(float *y, double *sum, double *sumsq, const lb_source *sources,
    int source_count, const float *weights, const float *bias, lb_conv_shape s) {
    int c = channels_of(sources, source_count), p = lb_conv_padding(s);
    int ho = lb_conv_output(s, s.h), wo = lb_conv_output(s, s.w);
    for (int n = 0; n < s.n; n++)
        for (int i = 0; i < ho; i++)
            for (int j = 0; j < wo; j++)
                for (int k = 0; k < s.k; k++) {
                    double total = bias ? bias[k] : 0;
                    for (int r = 0; r < s.kernel; r++)
                        for (int q = 0; q < s.kernel; q++) {
                            int a = i * s.stride + r - p, b = j * s.stride + q - p;
                            if (a < 0 || a >= s.h || b < 0 || b >= s.w) continue;
                            const float *w =
                                weights + (((size_t)k * s.kernel + r) * s.kernel + q) * (size_t)c;
                            size_t pixel = ((size_t)n * s.h + a) * s.w + b;
                            for (int e = 0; e < c; e++)
                                total += (double)w[e] * activation(sources, pixel, e);
                        }
                    y[(((size_t)n * ho + i) * wo + j) * (size_t)s.k + k] = (float)total;
                }
    if (sum) statistics(sum, sumsq, y, (size_t)s.n * ho * wo, s.k);
}

void lb_naive_conv_backward_input(
    const lb_sink *sinks, int sink_count, const float *dy, const float *weights, lb_conv_shape s) {
    int c = 0, p = lb_conv_padding(s), ho = lb_conv_output(s, s.h), wo = lb_conv_output(s, s.w);
    for (int i = 0; i < sink_count; i++) c += sinks[i].channels;
    for (int n = 0; n < s.n; n++)
        for (int a = 0; a < s.h; a++)
            for (int b = 0; b < s.w; b++)
                for (int e = 0; e < c; e++) {
                    double total = 0;
                    for (int r = 0; r < s.kernel; r++)
                        for (int q = 0; q < s.kernel; q++) {
                            int i = a + p - r, j = b + p - q;
                            if (i < 0 || j < 0 || i % s.stride || j % s.stride) continue;
                            i /= s.stride, j /= s.stride;
                            if (i >= ho || j >= wo) continue;
                            const float *g = dy + (((size_t)n * ho + i) * wo + j) * (size_t)s.k;
                            const float *w = weights + ((size_t)r * s.kernel + q) * (size_t)c + e;
                            size_t step = (size_t)s.kernel * s.kernel * (size_t)c;
                            for (int k = 0; k < s.k; k++)
                                total += (double)g[k] * w[(size_t)k * step];
                        }
                    put(sinks, ((size_t)n * s.h + a) * s.w + b, e, total);
                }
}

void lb_naive_conv_backward_weights(float *dw, float *dbias, const float *dy,
    const lb_source *sources, int source_count, lb_conv_shape s) {
    int c = channels_of(sources, source_count), p = lb_conv_padding(s);
    int ho = lb_conv_output(s, s.h), wo = lb_conv_output(s, s.w);
    for (int k = 0; k < s.k; k++)
        for (int r = 0; r < s.kernel; r++)
            for (int q = 0; q < s.kernel; q++)
                for (int e = 0; e < c; e++) {
                    double total = 0;
                    for (int n = 0; n < s.n; n++)
                        for (int i = 0; i < ho; i++)
                            for (int j = 0; j < wo; j++) {
                                int a = i * s.stride + r - p, b = j * s.stride + q - p;
                                if (a < 0 || a >= s.h || b < 0 || b >= s.w) continue;
                                double g = dy[(((size_t)n * ho + i) * wo + j) * (size_t)s.k + k];
                                total +=
                                    g * activation(sources, ((size_t)n * s.h + a) * s.w + b, e);
                            }
                    dw[(((size_t)k * s.kernel + r) * s.kernel + q) * (size_t)c + e] = (float)total;
                }
    if (dbias) bias_gradient(dbias, dy, (size_t)s.n * ho * wo, s.k);
}

void lb_naive_conv_transpose2_forward(float *y, double *sum, double *sumsq,
    const lb_source *sources, int source_count, const float *weights, const float *bias,
    lb_conv_shape s) {
    int c = channels_of(sources, source_count), ho = 2 * s.h, wo = 2 * s.w;
    for (int n = 0; n < s.n; n++)
        for (int i = 0; i < ho; i++)
            for (int j = 0; j < wo; j++)
                for (int k = 0; k < s.k; k++) {
                    double total = bias ? bias[k] : 0;
                    const float *w =
                        weights + (((size_t)(i % 2) * 2 + j % 2) * s.k + k) * (size_t)c;
                    size_t pixel = ((size_t)n * s.h + i / 2) * s.w + j / 2;
                    for (int e = 0; e < c; e++)
                        total += (double)w[e] * activation(sources, pixel, e);
                    y[(((size_t)n * ho + i) * wo + j) * (size_t)s.k + k] = (float)total;
                }
    if (sum) statistics(sum, sumsq, y, (size_t)s.n * ho * wo, s.k);
}

void lb_naive_conv_transpose2_backward_input(
    const lb_sink *sinks, int sink_count, const float *dy, const float *weights, lb_conv_shape s) {
    int c = 0;
    for (int i = 0; i < sink_count; i++) c += sinks[i].channels;
    for (int n = 0; n < s.n; n++)
        for (int a = 0; a < s.h; a++)
            for (int b = 0; b < s.w; b++)
                for (int e = 0; e < c; e++) {
                    double total = 0;
                    for (int r = 0; r < 2; r++)
                        for (int q = 0; q < 2; q++) {
                            size_t pixel = ((size_t)n * 2 * s.h + 2 * a + r) * 2 * s.w + 2 * b + q;
                            const float *g = dy + pixel * (size_t)s.k;
                            const float *w = weights + ((size_t)r * 2 + q) * s.k * (size_t)c + e;
                            for (int k = 0; k < s.k; k++) total += (double)g[k] * w[(size_t)k * c];
                        }
                    put(sinks, ((size_t)n * s.h + a) * s.w + b, e, total);
                }
}

void lb_naive_conv_transpose2_backward_weights(float *dw, float *dbias, const float *dy,
    const lb_source *sources, int source_count, lb_conv_shape s) {
    int c = channels_of(sources, source_count);
    for (int r = 0; r < 2; r++)
        for (int q = 0; q < 2; q++)
            for (int k = 0; k < s.k; k++)
                for (int e = 0; e < c; e++) {
                    double total = 0;
                    for (int n = 0; n < s.n; n++)
                        for (int a = 0; a < s.h; a++)
                            for (int b = 0; b < s.w; b++) {
                                size_t pixel =
                                    ((size_t)n * 2 * s.h + 2 * a + r) * 2 * s.w + 2 * b + q;
                                double g = dy[pixel * (size_t)s.k + k];
                                total +=
                                    g * activation(sources, ((size_t)n * s.h + a) * s.w + b, e);
                            }
                    dw[(((size_t)r * 2 + q) * s.k + k) * (size_t)c + e] = (float)total;
                }
    if (dbias) bias_gradient(dbias, dy, (size_t)s.n * 4 * s.h * s.w, s.k);
}
