// Fused Winograd convolution, for the output and for the input gradient. A piece takes a block of
// tiles: it transforms the inputs (activation applied while loading), multiplies by the transformed
// weights of one panel of output channels at a time, and transforms the products back (bias,
// statistics, addition to a sink). Only the weights are transformed ahead, once a call.
//
// Deep layers have few tiles and many weights: 8x8x512 has 32 tiles in a batch of 8 and 38 MB of
// transformed weights, so that reading and writing those would take longer than the products. There
// ("stationary") all tiles are transformed first, and a piece takes one panel of output channels
// and transforms its weights, a few reduced channels at a time, right before they are used.

enum { STATIONARY_TILES = W == 16 ? 64 : 128, STATIONARY_CHUNKS = 32 / W };
enum { STATIONARY_PLANE = STATIONARY_CHUNKS * W * NC + W };

typedef struct {
    wino_input_plan in;
    const float *weights; // element (tap, reduced channel r, output channel o): tap * tap_stride +
                          // r*reduce + o*out
    size_t reduce_stride, out_stride, tap_stride;
    int rotate;
    int outputs; // channels of all sinks
    const lb_sink *sinks;
    int sink_count;
    const float *bias;
    int statistics;
    int stationary;
    int columns, panels, block, blocks, threads; // block: tiles; blocks: blocks of a piece
    float *packed, *tiles, *result, *partials;
} wino_plan;

/// Measured (Zen 5, two threads): from 128 reduced channels and 256 outputs on, while the
/// transformed tiles fit into the outer caches; with AVX2 (Zen 3) while two blocks hold them, so
/// that weights are transformed twice at most.
static int is_stationary(int tiles, int channels, int outputs) {
    return channels >= 128 && outputs >= 256 && (int64_t)tiles * channels <= 256 * 512
        && (W == 16 || tiles <= 2 * STATIONARY_TILES);
}

/// Tiles that are transformed at a time. Measured: with AVX2 (Zen 3, 512 KB of second cache) the
/// products of 16 tiles, or 8 from 64 channels on, are up to a tenth faster than those of 32.
static int wino_block(int channels) { return W == 16 ? 32 : channels < 64 ? 16 : 8; }

/// Pieces that write outputs, for the tiles of one panel or of all.
static int wino_pieces(const wino_plan *p) { return ceil_div(p->in.tiles, p->block * p->blocks); }

static void wino_layout(wino_plan *p, int columns, int threads, arena *a) {
    wino_chunks(&p->in, a);
    p->threads = threads;
    p->columns = columns;
    p->panels = columns / NC;
    p->stationary = is_stationary(p->in.tiles, p->in.channels, p->outputs);
    if (p->stationary) {
        p->block = min_int(STATIONARY_TILES, round_up(p->in.tiles, MR));
        p->blocks = 1;
        p->packed = take(a, (size_t)threads * 36 * STATIONARY_PLANE);
        p->tiles =
            take(a, 36 * ((size_t)round_up(p->in.tiles, MR) * (size_t)p->in.chunk_count * W + W));
    } else {
        enum { PIECE = 32 }; // tiles, or up to four times as many
        p->block = wino_block(p->in.channels);
        p->blocks = PIECE / p->block * max_int(1, min_int(4, p->in.tiles / (32 * PIECE)));
        p->packed =
            take(a, 36 * ((size_t)p->in.channels * (size_t)columns + (size_t)p->panels * W));
        p->tiles = take(a, (size_t)threads * (size_t)(p->block * p->in.chunk_count) * TILE);
    }
    p->result = take(a, (size_t)threads * (size_t)max_int(p->block, 36) * RESULT);
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

/// Transforms the weights of reduced channels [c0, c1) and one panel: out[36][plane], rows of NC
/// floats.
static void wino_pack_block(
    const wino_plan *p, int panel, int c0, int c1, float *out, size_t plane) {
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
                        g[t] = vload_part(
                            w + (size_t)(c + j) * p->reduce_stride + (size_t)tap * p->tap_stride,
                            lanes);
                    }
                    wino_pack_taps(g, o + j * NC, plane);
                }
                continue;
            }
            vf g[9][W];
            for (int t = 0; t < 9; t++) {
                const float *q = w + (size_t)(p->rotate ? 8 - t : t) * p->tap_stride
                    + (size_t)c * p->reduce_stride;
                for (int i = 0; i < W; i++)
                    g[t][i] =
                        i < lanes ? vload_part(q + (size_t)i * p->out_stride, depth) : vset(0);
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

/// Floats from one of the 36 planes of a panel to the next; the W behind spread the planes over the
/// cache sets.
LB_INLINE size_t wino_packed_plane(const wino_plan *p) { return (size_t)p->in.channels * NC + W; }

static void wino_pack(void *argument, int piece, int worker) {
    (void)worker;
    const wino_plan *p = argument;
    int panel = piece % p->panels, c0 = piece / p->panels * PACK_CHANNELS;
    size_t plane = wino_packed_plane(p);
    wino_pack_block(p, panel, c0, min_int(p->in.channels, c0 + PACK_CHANNELS),
        p->packed + (size_t)panel * 36 * plane + (size_t)c0 * NC, plane);
}

/// What the output stage of one panel needs beside its products.
typedef struct {
    const lb_sink *sink;
    int h, w, c; // the map, and the first channel
    vf bias[NV], sum[NV], sumsq[NV];
} wino_target;

/// Transforms 36 products back to a 4x4 patch of outputs of one sink, of `nv` vectors of channels
/// from vector `v` of the panel on. `edge`: check bounds and lanes. `stream`: store past the
/// caches. `statistics`: add to the sums.
LB_INLINE void wino_patch(const float *m, wino_target *t, int n, int y0, int x0, int v, int nv,
    int edge, int accumulate, int stream, int statistics) {
    vf e[NV][24];
    LB_UNROLL for (int u = 0; u < nv; u++) {
        LB_UNROLL for (int j = 0; j < 6; j++) {
            vf x[6];
            LB_UNROLL for (int i = 0; i < 6; i++) x[i] = vload(m + (i * 6 + j) * NC + (v + u) * W);
            wino_output(x[0], x[1], x[2], x[3], x[4], x[5], e[u] + j, 6);
        }
    }
    size_t step = (size_t)t->sink->channels;
    int c = t->c + v * W, lanes = t->sink->channels - c;
    float *row = t->sink->data + (((int64_t)n * t->h + y0) * t->w + x0) * t->sink->channels + c;
    LB_UNROLL for (int i = 0; i < 4; i++) {
        vf o[NV][4];
        LB_UNROLL for (int u = 0; u < nv; u++) {
            const vf *x = e[u] + i * 6;
            wino_output(x[0], x[1], x[2], x[3], x[4], x[5], o[u], 1);
        }
        LB_UNROLL for (int j = 0; j < 4; j++) {
            if (edge && (y0 + i >= t->h || x0 + j >= t->w)) continue;
            LB_UNROLL for (int u = 0; u < nv; u++) {
                float *q = row + (size_t)j * step + u * W;
                vf y = o[u][j] + t->bias[v + u];
                if (accumulate) y += edge ? vload_part(q, lanes - u * W) : vload(q);
                if (edge)
                    vstore_part(q, y, lanes - u * W);
                else if (stream)
                    vstream(q, y);
                else
                    vstore(q, y);
                if (statistics) {
                    t->sum[v + u] += y;
                    t->sumsq[v + u] = vfma(y, y, t->sumsq[v + u]);
                }
            }
        }
        row += (size_t)t->w * step;
    }
}

/// Transforms `nv` vectors of the products of a block of tiles back and writes them.
LB_INLINE void wino_vectors_out(const wino_plan *p, wino_target *target, int first_tile, int count,
    const float *result, int v, int nv, int stream) {
    wino_target t = *target; // a copy whose sums stay in registers
    int whole = t.sink->channels - t.c - v * W >= nv * W;
    for (int i = 0; i < count; i++) {
        int id = first_tile + i, n = id / (p->in.tiles_y * p->in.tiles_x),
            r = id % (p->in.tiles_y * p->in.tiles_x);
        int y0 = r / p->in.tiles_x * 4, x0 = r % p->in.tiles_x * 4;
        const float *m = result + (size_t)i * RESULT;
        if (!whole || y0 + 4 > t.h || x0 + 4 > t.w)
            wino_patch(m, &t, n, y0, x0, v, nv, 1, t.sink->accumulate, 0, 1);
        else if (t.sink->accumulate)
            wino_patch(m, &t, n, y0, x0, v, nv, 0, 1, 0, 0);
        else if (p->statistics && stream)
            wino_patch(m, &t, n, y0, x0, v, nv, 0, 0, 1, 1);
        else if (p->statistics)
            wino_patch(m, &t, n, y0, x0, v, nv, 0, 0, 0, 1);
        else if (stream)
            wino_patch(m, &t, n, y0, x0, v, nv, 0, 0, 1, 0);
        else
            wino_patch(m, &t, n, y0, x0, v, nv, 0, 0, 0, 0);
    }
    *target = t;
}

/// Transforms one panel of the products of a block of tiles back and writes them.
static void wino_panel_out(const wino_plan *p, int panel, int first_tile, int count,
    const float *result, float *partial, int add) {
    int first, before;
    const lb_sink *sink = wino_panel(p, panel, &first, &before);
    int stream = streams(
        sink->data, (size_t)(p->in.n * p->in.h * p->in.w) * (size_t)sink->channels, sink->channels);
    wino_target t = {.sink = sink, .h = p->in.h, .w = p->in.w, .c = first};
    for (int v = 0; v < NV; v++) {
        int lanes = sink->channels - first - v * W;
        t.bias[v] = p->bias && lanes > 0 ? vload_part(p->bias + first + v * W, lanes) : vset(0);
        t.sum[v] = t.sumsq[v] = vset(0);
    }
    for (int v = 0; v < NV && sink->channels > first + v * W; v += TOGETHER) {
        if (sink->channels > first + (v + TOGETHER - 1) * W)
            wino_vectors_out(p, &t, first_tile, count, result, v, TOGETHER, stream);
        else
            wino_vectors_out(p, &t, first_tile, count, result, v, 1, stream);
    }
    for (int v = 0; partial && v < NV; v++) {
        float *out = partial + panel * NC + v * W;
        vstore(out, add ? vload(out) + t.sum[v] : t.sum[v]);
        vstore(out + p->columns, add ? vload(out + p->columns) + t.sumsq[v] : t.sumsq[v]);
    }
}

/// Products of MR tiles: result[tile][NC] = (add ? result : 0) + sum over chunks of tiles *
/// weights, of the first `nv` vectors; the tiles are `tile_stride` floats apart, their results
/// `result_stride`.
LB_INLINE void wino_multiply(int nv, const wino_chunk *chunks, int count,
    const float *restrict tiles, int tile_stride, size_t chunk_stride, const float *restrict u,
    float *restrict result, int result_stride, int add) {
    vf acc[MR][NV];
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] =
            add ? vload(result + r * result_stride + v * W) : vset(0);
    }
    for (int k = 0; k < count; k++, tiles += chunk_stride) {
        int lanes = chunks[k].lanes;
        for (int c = 0; c < lanes; c++, u += NC) {
            vf b[NV];
            LB_UNROLL for (int v = 0; v < nv; v++) b[v] = vload(u + v * W);
            LB_UNROLL for (int r = 0; r < MR; r++) {
                vf x = vset(tiles[r * tile_stride + c]);
                LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] = vfma(x, b[v], acc[r][v]);
            }
        }
    }
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++)
            vstore(result + r * result_stride + v * W, acc[r][v]);
    }
}

/// Vectors of a panel that hold channels.
LB_INLINE int wino_panel_vectors(const lb_sink *sink, int first) {
    return min_int(NV, ceil_div(sink->channels - first, W));
}

static void wino_piece(void *argument, int piece, int worker) {
    const wino_plan *p = argument;
    float *tiles = p->tiles + (size_t)worker * (size_t)(p->block * p->in.chunk_count) * TILE;
    float *result = p->result + (size_t)worker * (size_t)p->block * RESULT;
    float *partial = p->statistics ? p->partials + (size_t)piece * 2 * (size_t)p->columns : NULL;
    size_t weights = wino_packed_plane(p);
    int begin = piece * p->blocks * p->block,
        end = min_int(p->in.tiles, begin + p->blocks * p->block);
    for (int first = begin; first < end; first += p->block) {
        int count = min_int(p->block, end - first), groups = ceil_div(count, MR),
            ahead = first + p->block;
        wino_tiles(&p->in, first, count, 0, p->in.chunk_count, p->block, tiles);
        for (int panel = 0; panel < p->panels; panel++) {
            int c, before;
            const lb_sink *sink = wino_panel(p, panel, &c, &before);
            if (!sink->data) continue;
            int vectors = wino_panel_vectors(sink, c);
            for (int i = 0; i < 36; i++) {
                const float *u = p->packed + ((size_t)panel * 36 + (size_t)i) * weights;
                for (int g = 0; g < groups; g++) {
                    const float *a = tiles + (size_t)g * MR * TILE + i * W;
                    float *out = result + (size_t)g * MR * RESULT + i * NC;
                    size_t chunk = (size_t)p->block * TILE;
                    if (vectors == 1)
                        wino_multiply(
                            1, p->in.chunks, p->in.chunk_count, a, TILE, chunk, u, out, RESULT, 0);
                    else
                        wino_multiply(
                            NV, p->in.chunks, p->in.chunk_count, a, TILE, chunk, u, out, RESULT, 0);
                }
                if (ahead < end && i < p->block) wino_prefetch(&p->in, ahead++);
            }
            wino_panel_out(p, panel, first, count, result, partial, first > begin);
        }
    }
}

// The stationary variant. Its tiles lie as [36][chunk][tile][W] and its results as [36][tile][NC],
// so that the products read and write runs of memory.

static size_t stationary_tiles(const wino_plan *p) { return (size_t)round_up(p->in.tiles, MR) * W; }
static size_t stationary_plane(const wino_plan *p) {
    return stationary_tiles(p) * (size_t)p->in.chunk_count + W;
}

static void wino_all_tiles(void *argument, int piece, int worker) {
    (void)worker;
    const wino_plan *p = argument;
    int k = piece % p->in.chunk_count, first = piece / p->in.chunk_count * MR;
    int count = min_int(MR, p->in.tiles - first);
    float tiles[MR * TILE] __attribute__((aligned(64)));
    wino_tiles(&p->in, first, count, k, k + 1, MR, tiles);
    float *out = p->tiles + (size_t)k * stationary_tiles(p) + (size_t)first * W;
    for (int i = 0; i < 36; i++)
        for (int t = 0; t < count; t++)
            vstore(out + (size_t)i * stationary_plane(p) + t * W, vload(tiles + t * TILE + i * W));
}

/// Asks for a thirty-sixth of the weights of one panel and the reduced channels from `c` on.
static void wino_prefetch_weights(const wino_plan *p, int output, int c, int part) {
    int tap = part / 4;
    for (int i = part % 4 * 8; i < part % 4 * 8 + 8; i++) {
        const float *w = p->weights + (size_t)tap * p->tap_stride;
        if (p->out_stride == 1)
            w += (size_t)min_int(c + i, p->in.channels - 1) * p->reduce_stride + (size_t)output;
        else
            w += (size_t)min_int(output + i, p->outputs - 1) * p->out_stride + (size_t)c;
        for (int j = 0; j < 32; j += 16) __builtin_prefetch(w + j, 0, 2);
    }
}

static void wino_stationary_piece(void *argument, int piece, int worker) {
    const wino_plan *p = argument;
    int blocks = wino_pieces(p), panel = piece / blocks, first = piece % blocks * p->block;
    int count = min_int(p->block, p->in.tiles - first), groups = ceil_div(count, MR), c, before;
    if (!wino_panel(p, panel, &c, &before)->data) return;
    enum { PLANE = STATIONARY_PLANE };
    float *packed = p->packed + (size_t)worker * 36 * PLANE;
    int result_plane = p->block * NC + W;
    float *result = p->result + (size_t)worker * 36 * (size_t)result_plane;
    for (int k = 0; k < p->in.chunk_count; k += STATIONARY_CHUNKS) {
        int chunks = min_int(STATIONARY_CHUNKS, p->in.chunk_count - k);
        const wino_chunk *chunk = p->in.chunks + k, *last = chunk + chunks - 1;
        wino_pack_block(p, panel, chunk->channel, last->channel + last->lanes, packed, PLANE);
        int next = last->channel + last->lanes;
        for (int i = 0; i < 36; i++) {
            if (next < p->in.channels) wino_prefetch_weights(p, before + c, next, i);
            const float *tiles = p->tiles + (size_t)i * stationary_plane(p)
                + (size_t)k * stationary_tiles(p) + (size_t)first * W;
            for (int g = 0; g < groups; g++)
                wino_multiply(NV, chunk, chunks, tiles + g * MR * W, W, stationary_tiles(p),
                    packed + i * PLANE, result + i * result_plane + g * MR * NC, NC, k > 0);
        }
    }
    float *partial =
        p->statistics ? p->partials + (size_t)(piece % blocks) * 2 * (size_t)p->columns : NULL;
    for (int g = 0; g < groups; g++) {
        float block[MR * RESULT] __attribute__((aligned(64)));
        for (int i = 0; i < 36; i++)
            for (int t = 0; t < MR; t++)
                for (int v = 0; v < NV; v++)
                    vstore(block + t * RESULT + i * NC + v * W,
                        vload(result + i * result_plane + (g * MR + t) * NC + v * W));
        wino_panel_out(
            p, panel, first + g * MR, min_int(MR, count - g * MR), block, partial, g > 0);
    }
}

static void wino_run(lb_pool *pool, wino_plan *p) {
    if (p->stationary) {
        lb_pool_run(pool, p->in.chunk_count * ceil_div(p->in.tiles, MR), wino_all_tiles, p);
        lb_pool_run(pool, p->panels * wino_pieces(p), wino_stationary_piece, p);
        return;
    }
    lb_pool_run(pool, p->panels * ceil_div(p->in.channels, PACK_CHANNELS), wino_pack, p);
    lb_pool_run(pool, wino_pieces(p), wino_piece, p);
}
