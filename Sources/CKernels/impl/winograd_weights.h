// Weight gradients of 3x3 kernels by Winograd's method: the adjoint of the forward product,
// dw = G^T [ sum over tiles of (A dy A^T) * (B^T a B) ] G. A piece takes a block of output
// channels, a block of input channels and a range of tiles, keeps its 36 sums in cache, and ends
// with a partial dw; the ranges' partial gradients are added in order.

enum {
    WW_K = 64,
    WW_C = 64,
    WW_TILES = W == 16 ? 16 : 32, // transformed at a time
    WW_UNIT = 16, // ranges of tiles are cut between so many
    WW_CS = WW_C / W
}; // blocks, in channels and in chunks

typedef struct {
    wino_input_plan in;
    const float *dy;
    int k;
    float *dw, *dbias; // dbias NULL: not wanted
    int k_blocks, c_blocks, splits, bias_columns;
    size_t inputs, gradients, worker; // floats of a worker: of either side's tiles, and in all
    float *scratch, *partials, *bias_partials;
    // Several blocks: transformed tiles of one range.
    int once, split, range; // the range that is worked on; the most tiles of one
    size_t input_plane, gradient_plane; // floats
    float *input_planes, *gradient_planes;
    bias_plan bias;
} wino_weights_plan;

// Blocks where tiles are transformed once.
enum { ONCE_K = 32, ONCE_PLANE = ONCE_K * WW_C + W, ONCE_TILES = 128 };

/// Floats from the sums of one output channel to the next.
LB_INLINE int wino_weights_row(int chunks) { return round_up(chunks, NV) * W; }

static void wino_weights_layout(wino_weights_plan *p, int threads, arena *a) {
    wino_chunks(&p->in, a);
    p->k_blocks = ceil_div(p->k, WW_K);
    p->c_blocks = ceil_div(p->in.chunk_count, WW_CS);
    // By the channels, not the chunks, of which there are only guesses when sizes are counted.
    int blocks = ceil_div(p->in.tiles, WW_UNIT),
        wanted = p->k_blocks * ceil_div(p->in.channels, WW_C);
    p->splits = max_int(1, min_int(blocks / 2, ceil_div(16, wanted)));
    p->once = wanted > 1;
    if (p->once) {
        p->splits = max_int(p->splits, ceil_div(p->in.tiles, ONCE_TILES));
        p->range = ceil_div(blocks, p->splits) * WW_UNIT;
        p->input_plane = (size_t)p->in.chunk_count * (size_t)p->range * W + W;
        p->gradient_plane = (size_t)ceil_div(p->k, W) * (size_t)p->range * W + W;
        p->input_planes = take(a, 36 * p->input_plane);
        p->gradient_planes = take(a, 36 * p->gradient_plane);
        p->scratch = take(a, (size_t)threads * 36 * ONCE_PLANE);
        p->bias = (bias_plan){.dy = p->dy,
            .pixels = (size_t)p->in.n * (size_t)p->in.h * (size_t)p->in.w,
            .k = p->k,
            .dbias = p->dbias};
        bias_layout(&p->bias, a);
        return;
    }
    p->partials = take(a, (size_t)p->splits * 9 * (size_t)p->k * (size_t)p->in.channels);
    p->bias_columns = p->k_blocks * WW_K;
    int chunks = min_int(WW_CS, p->in.chunk_count), k = min_int(WW_K, p->k);
    p->inputs = (size_t)chunks * WW_TILES * TILE;
    p->gradients = (size_t)ceil_div(k, W) * WW_TILES * TILE;
    p->worker = p->inputs + p->gradients
        + 36 * ((size_t)round_up(k, MR) * (size_t)wino_weights_row(chunks) + W);
    p->scratch = take(a, (size_t)threads * p->worker);
    p->bias_partials = take(a, (size_t)p->splits * (size_t)p->bias_columns);
}

/// Transforms the 4x4 gradients of one tile, `bias` gets their sum.
LB_INLINE void wino_gradient_tile(const float *dy, int k, int h, int w, int n, int y0, int x0,
    int c, int count, int edge, float *restrict out, float *bias) {
    vf e[24], sum = vset(0);
    const float *row[4];
    row[0] = dy + (((int64_t)n * h + y0) * w + x0) * k + c;
    LB_UNROLL for (int i = 1; i < 4; i++) row[i] = row[i - 1] + (size_t)w * (size_t)k;
    if (!edge) {
        LB_UNROLL for (int j = 0; j < 4; j++) {
            LB_UNROLL for (int i = 0; i < 4; i++)
                __builtin_prefetch(row[i] + (size_t)(AHEAD + j) * (size_t)k);
        }
    }
    LB_UNROLL for (int j = 0; j < 4; j++) {
        vf d[4];
        LB_UNROLL for (int i = 0; i < 4; i++) {
            const float *p = row[i] + (size_t)j * (size_t)k;
            if (edge && (y0 + i >= h || x0 + j >= w))
                d[i] = vset(0);
            else
                d[i] = edge ? vload_part(p, count) : vload(p);
        }
        sum += (d[0] + d[1]) + (d[2] + d[3]);
        wino_gradient(d[0], d[1], d[2], d[3], e + j, 4);
    }
    LB_UNROLL for (int i = 0; i < 6; i++) {
        vf o[6];
        wino_gradient(e[i * 4], e[i * 4 + 1], e[i * 4 + 2], e[i * 4 + 3], o, 1);
        LB_UNROLL for (int j = 0; j < 6; j++) vstore(out + (i * 6 + j) * W, o[j]);
    }
    if (bias) vstore(bias, vload(bias) + sum);
}

static void wino_gradient_tiles(const wino_weights_plan *p, int first, int count, int k0, int k1,
    int block, float *out, float *bias) {
    const wino_input_plan *in = &p->in;
    for (int t = 0; t < count; t++) {
        int id = first + t, n = id / (in->tiles_y * in->tiles_x),
            r = id % (in->tiles_y * in->tiles_x);
        int y0 = r / in->tiles_x * 4, x0 = r % in->tiles_x * 4;
        int inside = y0 + 4 <= in->h && x0 + 4 <= in->w;
        for (int c = k0; c < k1; c += W) {
            float *o = out + (size_t)((c - k0) / W * block + t) * TILE,
                  *b = bias ? bias + c - k0 : NULL;
            if (inside && k1 - c >= W)
                wino_gradient_tile(p->dy, p->k, in->h, in->w, n, y0, x0, c, W, 0, o, b);
            else
                wino_gradient_tile(p->dy, p->k, in->h, in->w, n, y0, x0, c, k1 - c, 1, o, b);
        }
    }
}

/// sums[k][c] = (add ? sums : 0) + sum over tiles of g[tile][k] * a[tile][c], for MR k and `nv`
/// chunks of c. Tiles are `step` floats apart, chunks of c `chunk`.
LB_INLINE void wino_weights_multiply(int nv, const float *restrict g, const float *restrict a,
    int step, size_t chunk, int count, float *restrict sums, int row, int add) {
    vf acc[MR][NV];
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] =
            add ? vload(sums + r * row + v * W) : vset(0);
    }
    for (int t = 0; t < count; t++, g += step, a += step) {
        vf b[NV];
        LB_UNROLL for (int v = 0; v < nv; v++) b[v] = vload(a + (size_t)v * chunk);
        LB_UNROLL for (int r = 0; r < MR; r++) {
            vf x = vset(g[r]);
            LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] = vfma(x, b[v], acc[r][v]);
        }
    }
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) vstore(sums + r * row + v * W, acc[r][v]);
    }
}

/// The products of one of the 36 numbers for `k_count` output channels and `chunks` chunks of input
/// channels.
LB_INLINE void wino_weights_block(const float *g, const float *a, int step, size_t chunk, int count,
    int k_count, int chunks, float *sums, int add) {
    int groups = ceil_div(k_count, MR), row = wino_weights_row(chunks);
    for (int c = 0; c < chunks; c += NV) {
        const float *b = a + (size_t)c * chunk;
        float *out = sums + c * W;
        if (c + 1 < chunks) {
            for (int r = 0; r < groups; r++)
                wino_weights_multiply(NV, g + (size_t)(r * MR / W) * chunk + r * MR % W, b, step,
                    chunk, count, out + r * MR * row, row, add);
        } else {
            for (int r = 0; r < groups; r++)
                wino_weights_multiply(1, g + (size_t)(r * MR / W) * chunk + r * MR % W, b, step,
                    chunk, count, out + r * MR * row, row, add);
        }
    }
}

/// Transforms the sums of output channels [k0, k1) and chunks [c0, c1) to weight gradients, added
/// to `out` or overwriting it; the 36 planes of sums are `plane` floats apart.
static void wino_weights_out(const wino_weights_plan *p, const float *sums, int plane, int k0,
    int k1, int c0, int c1, float *out, int add) {
    for (int k = k0; k < k1; k++)
        for (int c = c0; c < c1; c++) {
            const float *s = sums + (k - k0) * wino_weights_row(c1 - c0) + (c - c0) * W;
            const wino_chunk *chunk = &p->in.chunks[c];
            float *q = out + (size_t)k * 9 * (size_t)p->in.channels + chunk->channel;
            vf e[18];
            LB_UNROLL for (int j = 0; j < 6; j++) {
                vf m[6];
                LB_UNROLL for (int i = 0; i < 6; i++) m[i] = vload(s + (i * 6 + j) * plane);
                wino_weights_gradient(m[0], m[1], m[2], m[3], m[4], m[5], e + j, 6);
            }
            for (int i = 0; i < 3; i++) {
                vf o[3];
                wino_weights_gradient(e[6 * i], e[6 * i + 1], e[6 * i + 2], e[6 * i + 3],
                    e[6 * i + 4], e[6 * i + 5], o, 1);
                for (int j = 0; j < 3; j++, q += p->in.channels)
                    vstore_part(q, add ? vload_part(q, chunk->lanes) + o[j] : o[j], chunk->lanes);
            }
        }
}

/// The first tile of a range.
static int wino_weights_first(const wino_weights_plan *p, int split) {
    int blocks = ceil_div(p->in.tiles, WW_UNIT);
    return min_int(p->in.tiles, (int)((int64_t)blocks * split / p->splits) * WW_UNIT);
}

static void wino_weights_piece(void *argument, int piece, int worker) {
    const wino_weights_plan *p = argument;
    // The channel blocks of a range of tiles follow each other, so that one core reads the range.
    int channel_blocks = p->k_blocks * p->c_blocks, split = piece / channel_blocks,
        rest = piece % channel_blocks;
    int cb = rest % p->c_blocks, kb = rest / p->c_blocks;
    int k0 = kb * WW_K, k1 = min_int(p->k, k0 + WW_K), c0 = cb * WW_CS,
        c1 = min_int(p->in.chunk_count, c0 + WW_CS);
    int begin = wino_weights_first(p, split), end = wino_weights_first(p, split + 1);
    float *a = p->scratch + (size_t)worker * p->worker, *g = a + p->inputs,
          *sums = g + p->gradients;
    int plane = round_up(k1 - k0, MR) * wino_weights_row(c1 - c0) + W;
    float *bias = NULL;
    if (p->dbias && cb == 0) {
        bias = p->bias_partials + (size_t)split * (size_t)p->bias_columns + (size_t)kb * WW_K;
        for (int i = 0; i < WW_K; i++) bias[i] = 0;
    }
    for (int first = begin; first < end; first += WW_TILES) {
        int count = min_int(WW_TILES, end - first);
        wino_tiles(&p->in, first, count, c0, c1, WW_TILES, a);
        wino_gradient_tiles(p, first, count, k0, k1, WW_TILES, g, bias);
        for (int i = 0; i < 36; i++)
            wino_weights_block(g + i * W, a + i * W, TILE, WW_TILES * TILE, count, k1 - k0, c1 - c0,
                sums + i * plane, first > begin);
    }
    size_t row = 9 * (size_t)p->in.channels;
    wino_weights_out(p, sums, plane, k0, k1, c0, c1,
        p->splits == 1 ? p->dw : p->partials + (size_t)split * (size_t)p->k * row, 0);
}

/// Adds the partial gradients of one output channel.
static void wino_weights_reduce(void *argument, int k, int worker) {
    (void)worker;
    const wino_weights_plan *p = argument;
    int row = 9 * p->in.channels;
    size_t next = (size_t)p->k * (size_t)row;
    const float *in = p->partials + (size_t)k * (size_t)row;
    float *out = p->dw + (size_t)k * (size_t)row;
    for (int c = 0; c < row; c += W) {
        vf s = vset(0);
        for (int i = 0; i < p->splits; i++) s += vload_part(in + (size_t)i * next + c, row - c);
        vstore_part(out + c, s, row - c);
    }
}

#include "winograd_weights_once.h"

static void wino_weights_run(lb_pool *pool, wino_weights_plan *p) {
    if (p->once) {
        once_run(pool, p);
        return;
    }
    lb_pool_run(pool, p->splits * p->k_blocks * p->c_blocks, wino_weights_piece, p);
    if (p->splits > 1) lb_pool_run(pool, p->k, wino_weights_reduce, p);
    for (int k = 0; k < p->k && p->dbias; k++) {
        double s = 0;
        for (int i = 0; i < p->splits; i++) s += p->bias_partials[i * p->bias_columns + k];
        p->dbias[k] = (float)s;
    }
}
