// Fused Winograd convolution, for the output and for the input gradient. A piece takes a block of tiles: it transforms
// the inputs (activation applied while loading), multiplies by the transformed weights of one panel of output channels
// at a time, and transforms the products back (bias, statistics, addition to a sink). Only the weights are transformed
// ahead, once a call.

enum { TILES = 32 };

typedef struct {
    wino_input_plan in;
    const float *weights;  // element (tap, reduced channel r, output channel o): tap * tap_stride + r*reduce + o*out
    size_t reduce_stride, out_stride, tap_stride;
    int rotate;
    const lb_sink *sinks;
    int sink_count;
    const float *bias;
    int statistics;
    int columns, panels, block, blocks, threads;  // block: tiles; blocks: blocks of a piece
    float *packed, *tiles, *result, *partials;
} wino_plan;

static int wino_block(int channels) {
    (void)channels;
    return TILES;
}

static int wino_pieces(const wino_plan *p) { return ceil_div(p->in.tiles, p->block * p->blocks); }

static void wino_layout(wino_plan *p, int columns, int threads, arena *a) {
    wino_chunks(&p->in, a);
    p->threads = threads;
    p->columns = columns;
    p->panels = columns / NC;
    p->block = wino_block(p->in.channels);
    p->blocks = max_int(1, min_int(4, p->in.tiles / (32 * p->block)));
    p->packed = take(a, 36 * (size_t)p->in.channels * (size_t)columns);
    p->tiles = take(a, (size_t)threads * (size_t)(p->block * p->in.chunk_count) * TILE);
    p->result = take(a, (size_t)threads * (size_t)p->block * RESULT);
    p->partials = take(a, (size_t)wino_pieces(p) * 2 * (size_t)columns);
}

/// Sink and first channel of a panel, and the channels of the sinks before it.
static const lb_sink *wino_panel(const wino_plan *p, int panel, int *first, int *before) {
    const lb_sink *s = p->sinks;
    *before = 0;
    for (;; s++) {
        int panels = ceil_div(s->channels, NC);
        if (panel < panels) break;
        panel -= panels;
        *before += s->channels;
    }
    *first = panel * NC;
    return s;
}

/// Stores the 36 transforms of nine taps for one reduced channel, `plane` floats apart.
LB_INLINE void wino_pack_taps(const vf *g, float *out, size_t plane) {
    vf e[18];
    LB_UNROLL for (int j = 0; j < 3; j++) wino_weights(g[j], g[3 + j], g[6 + j], e + j, 3);
    LB_UNROLL for (int i = 0; i < 6; i++) {
        vf o[6];
        wino_weights(e[3 * i], e[3 * i + 1], e[3 * i + 2], o, 1);
        LB_UNROLL for (int j = 0; j < 6; j++) vstore(out + (size_t)(6 * i + j) * plane, o[j]);
    }
}

/// Transforms the weights of reduced channels [c0, c1) and one panel: out[36][plane], rows of NC floats.
static void wino_pack_block(const wino_plan *p, int panel, int c0, int c1, float *out, size_t plane) {
    int first, before;
    const lb_sink *sink = wino_panel(p, panel, &first, &before);
    for (int v = 0; v < NV; v++) {
        int lanes = sink->channels - first - v * W;
        const float *w = p->weights + (size_t)(before + first + v * W) * p->out_stride;
        for (int c = c0; c < c1; c += W) {
            int depth = min_int(W, c1 - c);
            float *o = out + (size_t)(c - c0) * NC + v * W;
            if (lanes <= 0) {
                for (int i = 0; i < 36; i++)
                    for (int j = 0; j < depth; j++) vstore(o + (size_t)i * plane + j * NC, vset(0));
                continue;
            }
            if (p->out_stride == 1) {
                for (int j = 0; j < depth; j++) {
                    vf g[9];
                    for (int t = 0; t < 9; t++) {
                        int tap = p->rotate ? 8 - t : t;
                        g[t] = vload_part(w + (size_t)(c + j) * p->reduce_stride + (size_t)tap * p->tap_stride, lanes);
                    }
                    wino_pack_taps(g, o + j * NC, plane);
                }
                continue;
            }
            vf g[9][W];
            for (int t = 0; t < 9; t++) {
                const float *q = w + (size_t)(p->rotate ? 8 - t : t) * p->tap_stride + (size_t)c * p->reduce_stride;
                for (int i = 0; i < W; i++) g[t][i] = i < lanes ? vload_part(q + (size_t)i * p->out_stride, depth) : vset(0);
                vtranspose(g[t]);
            }
            for (int j = 0; j < depth; j++) {
                vf k[9];
                LB_UNROLL for (int t = 0; t < 9; t++) k[t] = g[t][j];
                wino_pack_taps(k, o + j * NC, plane);
            }
        }
    }
}

enum { PACK_CHANNELS = 32 };

static void wino_pack(void *argument, int piece, int worker) {
    (void)worker;
    const wino_plan *p = argument;
    int panel = piece % p->panels, c0 = piece / p->panels * PACK_CHANNELS;
    size_t plane = (size_t)p->in.channels * NC;
    wino_pack_block(
        p, panel, c0, min_int(p->in.channels, c0 + PACK_CHANNELS),
        p->packed + (size_t)panel * 36 * plane + (size_t)c0 * NC, plane);
}

/// Transforms 36 products back to a 4x4 patch of outputs of one sink. `edge`: check bounds and lanes. `stream`: store
/// past the caches.
LB_INLINE void wino_patch(
    const float *m, const lb_sink *sink, int h, int w, int n, int y0, int x0, int c, vf bias, int edge,
    int accumulate, int stream, vf *sum, vf *sumsq) {
    vf e[24];
    LB_UNROLL for (int j = 0; j < 6; j++) {
        vf x[6];
        LB_UNROLL for (int i = 0; i < 6; i++) x[i] = vload(m + (i * 6 + j) * NC);
        wino_output(x[0], x[1], x[2], x[3], x[4], x[5], e + j, 6);
    }
    size_t step = (size_t)sink->channels;
    float *row = sink->data + (((int64_t)n * h + y0) * w + x0) * sink->channels + c;
    int lanes = sink->channels - c;
    LB_UNROLL for (int i = 0; i < 4; i++) {
        vf o[4];
        wino_output(e[i * 6], e[i * 6 + 1], e[i * 6 + 2], e[i * 6 + 3], e[i * 6 + 4], e[i * 6 + 5], o, 1);
        LB_UNROLL for (int j = 0; j < 4; j++) {
            if (edge && (y0 + i >= h || x0 + j >= w)) continue;
            float *q = row + (size_t)j * step;
            vf y = o[j] + bias;
            if (accumulate) y += edge ? vload_part(q, lanes) : vload(q);
            if (edge)
                vstore_part(q, y, lanes);
            else if (stream)
                vstream(q, y);
            else
                vstore(q, y);
            if (sum) {
                *sum += y;
                *sumsq = vfma(y, y, *sumsq);
            }
        }
        row += (size_t)w * step;
    }
}

/// Transforms one panel of the products of a block of tiles back and writes them.
static void wino_panel_out(const wino_plan *p, int panel, int first_tile, int count, const float *result, float *partial, int add) {
    int first, before;
    const lb_sink *sink = wino_panel(p, panel, &first, &before);
    int stream = streams(sink->data, (size_t)(p->in.n * p->in.h * p->in.w) * (size_t)sink->channels, sink->channels);
    for (int v = 0; v < NV; v++) {
        int c = first + v * W, lanes = sink->channels - c;
        vf sum = vset(0), sumsq = vset(0);
        vf bias = p->bias && lanes > 0 ? vload_part(p->bias + c, lanes) : vset(0);
        for (int t = 0; t < count && lanes > 0; t++) {
            int id = first_tile + t, n = id / (p->in.tiles_y * p->in.tiles_x), r = id % (p->in.tiles_y * p->in.tiles_x);
            int y0 = r / p->in.tiles_x * 4, x0 = r % p->in.tiles_x * 4, h = p->in.h, w = p->in.w;
            const float *m = result + (size_t)t * RESULT + v * W;
            if (y0 + 4 <= h && x0 + 4 <= w && lanes >= W) {
                if (sink->accumulate)
                    wino_patch(m, sink, h, w, n, y0, x0, c, bias, 0, 1, 0, NULL, NULL);
                else if (partial && stream)
                    wino_patch(m, sink, h, w, n, y0, x0, c, bias, 0, 0, 1, &sum, &sumsq);
                else if (partial)
                    wino_patch(m, sink, h, w, n, y0, x0, c, bias, 0, 0, 0, &sum, &sumsq);
                else if (stream)
                    wino_patch(m, sink, h, w, n, y0, x0, c, bias, 0, 0, 1, NULL, NULL);
                else
                    wino_patch(m, sink, h, w, n, y0, x0, c, bias, 0, 0, 0, NULL, NULL);
            } else
                wino_patch(m, sink, h, w, n, y0, x0, c, bias, 1, sink->accumulate, 0, &sum, &sumsq);
        }
        if (!partial) continue;
        float *out = partial + panel * NC + v * W;
        vstore(out, add ? vload(out) + sum : sum);
        vstore(out + p->columns, add ? vload(out + p->columns) + sumsq : sumsq);
    }
}

/// Products of MR tiles: result[tile][NC] (tiles RESULT floats apart) = sum over chunks of tiles * weights.
static void wino_multiply(
    const wino_input_plan *in, const float *restrict tiles, size_t chunk_stride, const float *restrict u,
    float *restrict result) {
    vf acc[MR][NV];
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < NV; v++) acc[r][v] = vset(0);
    }
    for (int k = 0; k < in->chunk_count; k++, tiles += chunk_stride) {
        int lanes = in->chunks[k].lanes;
        for (int c = 0; c < lanes; c++, u += NC) {
            vf b[NV];
            LB_UNROLL for (int v = 0; v < NV; v++) b[v] = vload(u + v * W);
            LB_UNROLL for (int r = 0; r < MR; r++) {
                vf x = vset(tiles[r * TILE + c]);
                LB_UNROLL for (int v = 0; v < NV; v++) acc[r][v] = vfma(x, b[v], acc[r][v]);
            }
        }
    }
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < NV; v++) vstore(result + r * RESULT + v * W, acc[r][v]);
    }
}

static void wino_piece(void *argument, int piece, int worker) {
    const wino_plan *p = argument;
    float *tiles = p->tiles + (size_t)worker * (size_t)(p->block * p->in.chunk_count) * TILE;
    float *result = p->result + (size_t)worker * (size_t)p->block * RESULT;
    float *partial = p->statistics ? p->partials + (size_t)piece * 2 * (size_t)p->columns : NULL;
    size_t weights = (size_t)p->in.channels * NC;
    int begin = piece * p->blocks * p->block, end = min_int(p->in.tiles, begin + p->blocks * p->block);
    for (int first = begin; first < end; first += p->block) {
        int count = min_int(p->block, end - first), groups = ceil_div(count, MR), ahead = first + p->block;
        wino_tiles(&p->in, first, count, 0, p->in.chunk_count, p->block, tiles);
        for (int panel = 0; panel < p->panels; panel++) {
            int c, before;
            if (!wino_panel(p, panel, &c, &before)->data) continue;
            for (int i = 0; i < 36; i++) {
                for (int g = 0; g < groups; g++)
                    wino_multiply(
                        &p->in, tiles + (size_t)g * MR * TILE + i * W, (size_t)p->block * TILE,
                        p->packed + ((size_t)panel * 36 + (size_t)i) * weights,
                        result + (size_t)g * MR * RESULT + i * NC);
                if (ahead < end && i < p->block) wino_prefetch(&p->in, ahead++);
            }
            wino_panel_out(p, panel, first, count, result, partial, first > begin);
        }
    }
}

static void wino_run(lb_pool *pool, wino_plan *p) {
    lb_pool_run(pool, p->panels * ceil_div(p->in.channels, PACK_CHANNELS), wino_pack, p);
    lb_pool_run(pool, wino_pieces(p), wino_piece, p);
}
