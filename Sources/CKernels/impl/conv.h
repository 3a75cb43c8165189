// The convolution functions of one CPU level: they pick a method by shape and run it.
#include "micro.h"

#include "workspace.h"

#include "gather.h"

#include "gather_weights.h"

#include "small_weights.h"

#include "head.h"

#include "winograd.h"

#include "winograd_conv.h"

#include "winograd_weights.h"

/// Most columns that `sinks` sinks of `channels` channels in all need.
static int most_columns(int channels) { return round_up(channels, NC) + (MAX_PARTS - 1) * NC; }

// Plans by gathering.

static gather_plan forward_plan(
    const lb_source *sources, int count, int channels, const float *weights, lb_conv_shape s) {
    int pad = lb_conv_padding(s), ho = lb_conv_output(s, s.h), wo = lb_conv_output(s, s.w);
    gather_plan p = {.sources = sources,
        .source_count = count,
        .channels = channels,
        .in_h = s.h,
        .in_w = s.w,
        .in_step = s.stride,
        .weights = weights,
        .reduce_stride = 1,
        .out_stride = (size_t)(s.kernel * s.kernel) * (size_t)channels,
        .n = s.n,
        .grid_h = ho,
        .grid_w = wo,
        .out_step = 1,
        .out_h = ho,
        .out_w = wo,
        .copies = 1};
    for (int r = 0; r < s.kernel; r++)
        for (int q = 0; q < s.kernel; q++)
            p.taps[p.tap_count++] =
                (gather_tap){r - pad, q - pad, (size_t)(r * s.kernel + q) * (size_t)channels};
    return p;
}

/// The input gradient of the pixels (stride * i + py, stride * j + px).
static gather_plan input_plan(
    const lb_source *dy, const float *weights, int channels, lb_conv_shape s, int py, int px) {
    int pad = lb_conv_padding(s);
    gather_plan p = {.sources = dy,
        .source_count = 1,
        .channels = s.k,
        .in_h = lb_conv_output(s, s.h),
        .in_w = lb_conv_output(s, s.w),
        .in_step = 1,
        .weights = weights,
        .reduce_stride = (size_t)(s.kernel * s.kernel) * (size_t)channels,
        .out_stride = 1,
        .n = s.n,
        .grid_h = ceil_div(s.h - py, s.stride),
        .grid_w = ceil_div(s.w - px, s.stride),
        .out_step = s.stride,
        .out_y = py,
        .out_x = px,
        .out_h = s.h,
        .out_w = s.w,
        .copies = 1};
    for (int r = 0; r < s.kernel; r++)
        for (int q = 0; q < s.kernel; q++) {
            int y = py + pad - r, x = px + pad - q;
            if (y % s.stride || x % s.stride) continue;
            p.taps[p.tap_count++] = (gather_tap){
                y / s.stride, x / s.stride, (size_t)(r * s.kernel + q) * (size_t)channels};
        }
    return p;
}

static gather_plan transpose2_plan(
    const lb_source *sources, int count, int channels, const float *weights, lb_conv_shape s) {
    return (gather_plan){.sources = sources,
        .source_count = count,
        .channels = channels,
        .in_h = s.h,
        .in_w = s.w,
        .in_step = 1,
        .tap_count = 1,
        .weights = weights,
        .reduce_stride = 1,
        .out_stride = (size_t)channels,
        .n = s.n,
        .grid_h = s.h,
        .grid_w = s.w,
        .out_step = 2,
        .out_h = 2 * s.h,
        .out_w = 2 * s.w,
        .copies = 4,
        .copy_stride = (size_t)s.k * (size_t)channels};
}

static gather_plan transpose2_input_plan(
    const lb_source *dy, const float *weights, int channels, lb_conv_shape s) {
    gather_plan p = {.sources = dy,
        .source_count = 1,
        .channels = s.k,
        .in_h = 2 * s.h,
        .in_w = 2 * s.w,
        .in_step = 2,
        .weights = weights,
        .reduce_stride = (size_t)channels,
        .out_stride = 1,
        .n = s.n,
        .grid_h = s.h,
        .grid_w = s.w,
        .out_step = 1,
        .out_h = s.h,
        .out_w = s.w,
        .copies = 1};
    for (int t = 0; t < 4; t++)
        p.taps[p.tap_count++] =
            (gather_tap){t / 2, t % 2, (size_t)t * (size_t)s.k * (size_t)channels};
    return p;
}

static weights_plan backward_weights_plan(float *dw, const float *dy, const lb_source *sources,
    int count, int channels, lb_conv_shape s) {
    int pad = lb_conv_padding(s), ho = lb_conv_output(s, s.h), wo = lb_conv_output(s, s.w);
    weights_plan p = {.gradient = {.data = dy, .channels = s.k},
        .gradient_h = ho,
        .gradient_w = wo,
        .gradient_step = 1,
        .sources = sources,
        .source_count = count,
        .channels = channels,
        .in_h = s.h,
        .in_w = s.w,
        .in_step = s.stride,
        .k = s.k,
        .dw = dw,
        .k_stride = (size_t)(s.kernel * s.kernel) * (size_t)channels,
        .n = s.n,
        .grid_h = ho,
        .grid_w = wo};
    for (int r = 0; r < s.kernel; r++)
        for (int q = 0; q < s.kernel; q++, p.tap_count++)
            p.taps[p.tap_count] =
                (gather_tap){r - pad, q - pad, (size_t)(r * s.kernel + q) * (size_t)channels};
    return p;
}

static weights_plan transpose2_weights_plan(float *dw, const float *dy, const lb_source *sources,
    int count, int channels, lb_conv_shape s) {
    weights_plan p = {.gradient = {.data = dy, .channels = s.k},
        .gradient_h = 2 * s.h,
        .gradient_w = 2 * s.w,
        .gradient_step = 2,
        .sources = sources,
        .source_count = count,
        .channels = channels,
        .in_h = s.h,
        .in_w = s.w,
        .in_step = 1,
        .k = s.k,
        .moving_gradient = 1,
        .dw = dw,
        .k_stride = (size_t)channels,
        .n = s.n,
        .grid_h = s.h,
        .grid_w = s.w};
    for (int r = 0; r < 2; r++)
        for (int q = 0; q < 2; q++, p.tap_count++)
            p.taps[p.tap_count] =
                (gather_tap){r, q, (size_t)(r * 2 + q) * (size_t)s.k * (size_t)channels};
    return p;
}

// Plans by Winograd's method.

/// With fewer input channels the chunks of a tile would be mostly empty.
static int uses_winograd(lb_conv_shape s, int reduced) {
    return s.kernel == 3 && s.stride == 1 && reduced >= 4;
}

static wino_plan forward_wino(
    const lb_source *sources, int count, int channels, const float *weights, lb_conv_shape s) {
    return (wino_plan){.in = wino_reads(sources, count, channels, s),
        .weights = weights,
        .reduce_stride = 1,
        .out_stride = 9 * (size_t)channels,
        .tap_stride = (size_t)channels,
        .outputs = s.k};
}

static wino_plan input_wino(
    const lb_source *dy, const float *weights, int channels, lb_conv_shape s) {
    return (wino_plan){.in = wino_reads(dy, 1, s.k, s),
        .weights = weights,
        .reduce_stride = 9 * (size_t)channels,
        .out_stride = 1,
        .tap_stride = (size_t)channels,
        .rotate = 1,
        .outputs = channels};
}

static wino_weights_plan weights_wino(float *dw, float *dbias, const float *dy,
    const lb_source *sources, int count, int channels, lb_conv_shape s) {
    return (wino_weights_plan){.in = wino_reads(sources, count, channels, s),
        .dy = dy,
        .k = s.k,
        .dw = dw,
        .dbias = dbias};
}

// Plans for few channels.

static small_plan weights_small(float *dw, const float *dy, const lb_source *sources, int count,
    int channels, lb_conv_shape s) {
    weights_plan g = backward_weights_plan(dw, dy, sources, count, channels, s);
    small_plan p = {.dy = dy,
        .sources = sources,
        .source_count = count,
        .channels = channels,
        .in_h = s.h,
        .in_w = s.w,
        .in_step = s.stride,
        .k = s.k,
        .tap_count = g.tap_count,
        .n = s.n,
        .grid_h = g.grid_h,
        .grid_w = g.grid_w,
        .dw = dw};
    memcpy(p.taps, g.taps, sizeof p.taps);
    return p;
}

static int is_head(lb_conv_shape s) { return s.kernel == 1 && s.stride == 1 && s.k == 1; }

// Workspace.

static size_t wino_bytes(wino_plan p, int channels, int threads) {
    arena a = {0};
    wino_layout(&p, most_columns(channels), threads, &a);
    return a.used;
}

static size_t gather_bytes(gather_plan p, int channels, int threads, int classes) {
    arena a = {0};
    gather_layout(&p, most_columns(channels) * p.copies, threads, &a);
    take(&a, (size_t)classes * (size_t)gather_pieces(&p) * 2 * (size_t)p.columns);
    return a.used;
}

static size_t weights_bytes(weights_plan p, int threads) {
    arena a = {0};
    weights_layout(&p, threads, &a);
    bias_plan b = {.pixels = (size_t)p.n * (size_t)p.gradient_h * (size_t)p.gradient_w, .k = p.k};
    bias_layout(&b, &a);
    return a.used;
}

static size_t conv_workspace(lb_conv_shape s, int channels, int threads) {
    size_t bytes;
    if (uses_winograd(s, channels))
        bytes = wino_bytes(forward_wino(NULL, 0, channels, NULL, s), s.k, threads);
    else
        bytes = gather_bytes(forward_plan(NULL, 0, channels, NULL, s), s.k, threads, 1);
    if (uses_winograd(s, s.k))
        bytes = max_size(bytes, wino_bytes(input_wino(NULL, NULL, channels, s), channels, threads));
    else
        for (int i = 0; i < s.stride * s.stride; i++)
            bytes = max_size(bytes,
                gather_bytes(input_plan(NULL, NULL, channels, s, i / s.stride, i % s.stride),
                    channels, threads, 0));
    if (uses_winograd(s, channels)) {
        arena a = {0};
        wino_weights_plan p = weights_wino(NULL, NULL, NULL, NULL, 0, channels, s);
        wino_weights_layout(&p, threads, &a);
        return max_size(bytes, a.used);
    }
    if (is_head(s)) {
        arena a = {0};
        head_plan p = {.pixels = s.n * s.h * s.w};
        head_layout(&p, channels, &a);
        return a.used;
    }
    if (is_planar(channels)) {
        arena a = {0};
        small_plan p = weights_small(NULL, NULL, NULL, 0, channels, s);
        small_layout(&p, threads, &a);
        bias_plan b = {.pixels = (size_t)p.n * (size_t)p.grid_h * (size_t)p.grid_w, .k = p.k};
        bias_layout(&b, &a);
        return max_size(bytes, a.used);
    }
    return max_size(
        bytes, weights_bytes(backward_weights_plan(NULL, NULL, NULL, 0, channels, s), threads));
}

static size_t conv_transpose2_workspace(lb_conv_shape s, int channels, int threads) {
    size_t bytes = gather_bytes(transpose2_plan(NULL, 0, channels, NULL, s), s.k, threads, 1);
    bytes = max_size(
        bytes, gather_bytes(transpose2_input_plan(NULL, NULL, channels, s), channels, threads, 0));
    return max_size(
        bytes, weights_bytes(transpose2_weights_plan(NULL, NULL, NULL, 0, channels, s), threads));
}

// Entry points; see lb_conv.h.

static void gather_call(lb_pool *pool, gather_plan *plans, int count, const lb_sink *sinks,
    int sink_count, const float *bias, double *sum, double *sumsq, void *workspace) {
    float *partials = NULL;
    int pieces = 0;
    for (int i = 0; i < count; i++) {
        gather_plan *p = &plans[i];
        p->sinks = sinks;
        p->sink_count = sink_count;
        p->bias = bias;
        p->statistics = sum != NULL;
        arena a = {workspace, 0};
        gather_layout(p, gather_columns(p), lb_pool_threads(pool), &a);
        if (!partials) partials = take(&a, 0);
        p->partials = partials + (size_t)pieces * 2 * (size_t)p->columns;
        gather_run(pool, p);
        pieces += gather_pieces(p);
    }
    if (!sum) return;
    int columns = plans[0].columns / plans[0].copies;
    reduce_statistics(sum, sumsq, partials, pieces * plans[0].copies, columns, sinks[0].channels);
}

static void wino_call(lb_pool *pool, wino_plan *p, const lb_sink *sinks, int sink_count,
    const float *bias, double *sum, double *sumsq, void *workspace) {
    p->sinks = sinks;
    p->sink_count = sink_count;
    p->bias = bias;
    p->statistics = sum != NULL;
    int columns = 0;
    for (int i = 0; i < sink_count; i++) columns += round_up(sinks[i].channels, NC);
    arena a = {workspace, 0};
    wino_layout(p, columns, lb_pool_threads(pool), &a);
    wino_run(pool, p);
    if (sum) reduce_statistics(sum, sumsq, p->partials, wino_pieces(p), columns, sinks[0].channels);
}

static void bias_call(
    lb_pool *pool, float *dbias, const float *dy, size_t pixels, int k, arena *a) {
    if (!dbias) return;
    bias_plan b = {.dy = dy, .pixels = pixels, .k = k, .dbias = dbias};
    bias_layout(&b, a);
    bias_run(pool, &b);
}

static void weights_call(
    lb_pool *pool, weights_plan *p, const float *dy, float *dbias, void *workspace) {
    arena a = {workspace, 0};
    weights_layout(p, lb_pool_threads(pool), &a);
    weights_run(pool, p);
    bias_call(
        pool, dbias, dy, (size_t)p->n * (size_t)p->gradient_h * (size_t)p->gradient_w, p->k, &a);
}

static void conv_forward(lb_pool *pool, float *y, double *sum, double *sumsq,
    const lb_source *sources, int source_count, const float *weights, const float *bias,
    lb_conv_shape s, void *workspace) {
    lb_sink sink = {y, s.k, 0};
    int channels = source_channels(sources, source_count);
    if (is_head(s)) {
        head_plan p = {.y = y,
            .weights = weights,
            .bias = bias,
            .sources = sources,
            .parts = source_count,
            .channels = channels,
            .pixels = s.n * s.h * s.w};
        arena a = {workspace, 0};
        head_layout(&p, channels, &a);
        head_forward(pool, &p, sum, sumsq);
        return;
    }
    if (uses_winograd(s, channels)) {
        wino_plan p = forward_wino(sources, source_count, channels, weights, s);
        wino_call(pool, &p, &sink, 1, bias, sum, sumsq, workspace);
        return;
    }
    gather_plan p = forward_plan(sources, source_count, channels, weights, s);
    gather_call(pool, &p, 1, &sink, 1, bias, sum, sumsq, workspace);
}

static void conv_backward_input(lb_pool *pool, const lb_sink *sinks, int sink_count,
    const float *dy, const float *weights, lb_conv_shape s, void *workspace) {
    lb_source source = {.data = dy, .channels = s.k};
    int channels = 0, classes = s.stride * s.stride;
    for (int i = 0; i < sink_count; i++) channels += sinks[i].channels;
    if (is_head(s)) {
        head_plan p = {.dy = dy,
            .weights = weights,
            .sinks = sinks,
            .parts = sink_count,
            .channels = channels,
            .pixels = s.n * s.h * s.w};
        lb_pool_run(pool, head_pieces(&p), head_input_piece, &p);
        return;
    }
    if (uses_winograd(s, s.k)) {
        wino_plan p = input_wino(&source, weights, channels, s);
        wino_call(pool, &p, sinks, sink_count, NULL, NULL, NULL, workspace);
        return;
    }
    gather_plan plans[4];
    for (int i = 0; i < classes; i++)
        plans[i] = input_plan(&source, weights, channels, s, i / s.stride, i % s.stride);
    gather_call(pool, plans, classes, sinks, sink_count, NULL, NULL, NULL, workspace);
}

static void conv_backward_weights(lb_pool *pool, float *dw, float *dbias, const float *dy,
    const lb_source *sources, int source_count, lb_conv_shape s, void *workspace) {
    int channels = source_channels(sources, source_count);
    if (is_head(s)) {
        head_plan p = {.dy = dy,
            .sources = sources,
            .parts = source_count,
            .channels = channels,
            .pixels = s.n * s.h * s.w};
        arena a = {workspace, 0};
        head_layout(&p, channels, &a);
        head_weights(pool, &p, dw, dbias);
        return;
    }
    if (uses_winograd(s, channels)) {
        wino_weights_plan p = weights_wino(dw, dbias, dy, sources, source_count, channels, s);
        arena a = {workspace, 0};
        wino_weights_layout(&p, lb_pool_threads(pool), &a);
        wino_weights_run(pool, &p);
        return;
    }
    if (is_planar(channels)) {
        small_plan p = weights_small(dw, dy, sources, source_count, channels, s);
        arena a = {workspace, 0};
        small_layout(&p, lb_pool_threads(pool), &a);
        small_run(pool, &p);
        bias_call(pool, dbias, dy, (size_t)p.n * (size_t)p.grid_h * (size_t)p.grid_w, p.k, &a);
        return;
    }
    weights_plan p = backward_weights_plan(dw, dy, sources, source_count, channels, s);
    weights_call(pool, &p, dy, dbias, workspace);
}

static void conv_transpose2_forward(lb_pool *pool, float *y, double *sum, double *sumsq,
    const lb_source *sources, int source_count, const float *weights, const float *bias,
    lb_conv_shape s, void *workspace) {
    lb_sink sink = {y, s.k, 0};
    int channels = source_channels(sources, source_count);
    gather_plan p = transpose2_plan(sources, source_count, channels, weights, s);
    gather_call(pool, &p, 1, &sink, 1, bias, sum, sumsq, workspace);
}

static void conv_transpose2_backward_input(lb_pool *pool, const lb_sink *sinks, int sink_count,
    const float *dy, const float *weights, lb_conv_shape s, void *workspace) {
    lb_source source = {.data = dy, .channels = s.k};
    int channels = 0;
    for (int i = 0; i < sink_count; i++) channels += sinks[i].channels;
    gather_plan p = transpose2_input_plan(&source, weights, channels, s);
    gather_call(pool, &p, 1, sinks, sink_count, NULL, NULL, NULL, workspace);
}

static void conv_transpose2_backward_weights(lb_pool *pool, float *dw, float *dbias,
    const float *dy, const lb_source *sources, int source_count, lb_conv_shape s, void *workspace) {
    weights_plan p = transpose2_weights_plan(
        dw, dy, sources, source_count, source_channels(sources, source_count), s);
    weights_call(pool, &p, dy, dbias, workspace);
}
