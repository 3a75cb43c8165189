// Weight gradients of 3x3 kernels by Winograd's method: the adjoint of the forward product,
// dw = G^T [ sum over tiles of (A dy A^T) * (B^T a B) ] G. A piece takes a block of output
// channels, a block of input channels and a range of tiles, keeps its 36 sums in cache, and ends
// with a partial dw; the ranges' partial gradients are added in order.

enum {
    WW_K = 64,
    WW_C = 64,
    WW_TILES = 16,
    WW_KS = WW_K / W,
    WW_CS = WW_C / W
}; // blocks, in channels and in chunks

typedef struct {
    wino_input_plan in;
    const float *dy;
    int k;
    float *dw, *dbias; // dbias NULL: not wanted
    int k_blocks, c_blocks, splits, bias_columns;
    float *scratch, *partials, *bias_partials;
} wino_weights_plan;

enum {
    WW_A = WW_CS * WW_TILES * TILE,
    WW_G = WW_KS * WW_TILES * TILE,
    WW_SUM = 36 * (WW_K * WW_C + W),
    WW_SCRATCH = WW_A + WW_G + WW_SUM
};

static void wino_weights_layout(wino_weights_plan *p, int threads, arena *a) {
    wino_chunks(&p->in, a);
    p->k_blocks = ceil_div(p->k, WW_K);
    p->c_blocks = ceil_div(p->in.chunk_count, WW_CS);
    // By the channels, not the chunks, of which there are only guesses when sizes are counted.
    int blocks = ceil_div(p->in.tiles, WW_TILES),
        wanted = p->k_blocks * ceil_div(p->in.channels, WW_C);
    p->splits = max_int(1, min_int(blocks / 2, ceil_div(16, wanted)));
    p->bias_columns = p->k_blocks * WW_K;
    p->scratch = take(a, (size_t)threads * WW_SCRATCH);
    p->partials = take(a, (size_t)p->splits * 9 * (size_t)p->k * (size_t)p->in.channels);
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

static void wino_gradient_tiles(
    const wino_weights_plan *p, int first, int count, int k0, int k1, float *out, float *bias) {
    const wino_input_plan *in = &p->in;
    for (int t = 0; t < count; t++) {
        int id = first + t, n = id / (in->tiles_y * in->tiles_x),
            r = id % (in->tiles_y * in->tiles_x);
        int y0 = r / in->tiles_x * 4, x0 = r % in->tiles_x * 4;
        int inside = y0 + 4 <= in->h && x0 + 4 <= in->w;
        for (int c = k0; c < k1; c += W) {
            float *o = out + ((size_t)((c - k0) / W) * WW_TILES + (size_t)t) * TILE,
                  *b = bias ? bias + c - k0 : NULL;
            if (inside && k1 - c >= W)
                wino_gradient_tile(p->dy, p->k, in->h, in->w, n, y0, x0, c, W, 0, o, b);
            else
                wino_gradient_tile(p->dy, p->k, in->h, in->w, n, y0, x0, c, k1 - c, 1, o, b);
        }
    }
}

/// sums[k][c] = (add ? sums : 0) + sum over tiles of g[tile][k] * a[tile][c], for MR k and
/// `nv` chunks of c.
LB_INLINE void wino_weights_multiply(int nv, const float *restrict g, const float *restrict a,
    int count, float *restrict sums, int add) {
    vf acc[MR][NV];
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] =
            add ? vload(sums + r * WW_C + v * W) : vset(0);
    }
    for (int t = 0; t < count; t++, g += TILE, a += TILE) {
        vf b[NV];
        LB_UNROLL for (int v = 0; v < nv; v++) b[v] = vload(a + v * WW_TILES * TILE);
        LB_UNROLL for (int r = 0; r < MR; r++) {
            vf x = vset(g[r]);
            LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] = vfma(x, b[v], acc[r][v]);
        }
    }
    LB_UNROLL for (int r = 0; r < MR; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) vstore(sums + r * WW_C + v * W, acc[r][v]);
    }
}

static void wino_weights_piece(void *argument, int piece, int worker) {
    const wino_weights_plan *p = argument;
    // The channel blocks of a range of tiles follow each other, so that one core reads the range.
    int channel_blocks = p->k_blocks * p->c_blocks, split = piece / channel_blocks,
        rest = piece % channel_blocks;
    int cb = rest % p->c_blocks, kb = rest / p->c_blocks;
    int k0 = kb * WW_K, k1 = min_int(p->k, k0 + WW_K), c0 = cb * WW_CS,
        c1 = min_int(p->in.chunk_count, c0 + WW_CS);
    int blocks = ceil_div(p->in.tiles, WW_TILES);
    int begin = (int)((int64_t)blocks * split / p->splits) * WW_TILES;
    int end = min_int(p->in.tiles, (int)((int64_t)blocks * (split + 1) / p->splits) * WW_TILES);
    float *a = p->scratch + (size_t)worker * WW_SCRATCH, *g = a + WW_A, *sums = g + WW_G;
    float *bias = NULL;
    if (p->dbias && cb == 0) {
        bias = p->bias_partials + (size_t)split * (size_t)p->bias_columns + (size_t)kb * WW_K;
        for (int i = 0; i < WW_K; i++) bias[i] = 0;
    }
    int groups = ceil_div(k1 - k0, MR), panels = ceil_div(c1 - c0, NV);
    for (int first = begin; first < end; first += WW_TILES) {
        int count = min_int(WW_TILES, end - first);
        wino_tiles(&p->in, first, count, c0, c1, WW_TILES, a);
        wino_gradient_tiles(p, first, count, k0, k1, g, bias);
        for (int i = 0; i < 36; i++)
            for (int v = 0; v < panels; v++)
                for (int r = 0; r < groups; r++) {
                    const float *x =
                                    g + (size_t)(r * MR / W) * WW_TILES * TILE + i * W + r * MR % W,
                                *y = a + (size_t)v * NV * WW_TILES * TILE + i * W;
                    float *out = sums + i * (WW_K * WW_C + W) + r * MR * WW_C + v * NC;
                    if (v * NV + 1 == c1 - c0)
                        wino_weights_multiply(1, x, y, count, out, first > begin);
                    else
                        wino_weights_multiply(NV, x, y, count, out, first > begin);
                }
    }
    float *out = p->splits == 1
        ? p->dw
        : p->partials + (size_t)split * 9 * (size_t)p->k * (size_t)p->in.channels;
    for (int k = k0; k < k1; k++)
        for (int c = c0; c < c1; c++) {
            const float *s = sums + (k - k0) * WW_C + (c - c0) * W;
            const wino_chunk *chunk = &p->in.chunks[c];
            vf e[18];
            LB_UNROLL for (int j = 0; j < 6; j++) {
                vf m[6];
                LB_UNROLL for (int i = 0; i < 6; i++) m[i] =
                    vload(s + (i * 6 + j) * (WW_K * WW_C + W));
                wino_weights_gradient(m[0], m[1], m[2], m[3], m[4], m[5], e + j, 6);
            }
            for (int i = 0; i < 3; i++) {
                vf o[3];
                wino_weights_gradient(e[6 * i], e[6 * i + 1], e[6 * i + 2], e[6 * i + 3],
                    e[6 * i + 4], e[6 * i + 5], o, 1);
                for (int j = 0; j < 3; j++)
                    vstore_part(out + ((size_t)k * 9 + (size_t)(3 * i + j)) * (size_t)p->in.channels
                            + chunk->channel,
                        o[j], chunk->lanes);
            }
        }
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

static void wino_weights_run(lb_pool *pool, wino_weights_plan *p) {
    lb_pool_run(pool, p->splits * p->k_blocks * p->c_blocks, wino_weights_piece, p);
    if (p->splits > 1) lb_pool_run(pool, p->k, wino_weights_reduce, p);
    for (int k = 0; k < p->k && p->dbias; k++) {
        double s = 0;
        for (int i = 0; i < p->splits; i++) s += p->bias_partials[i * p->bias_columns + k];
        p->dbias[k] = (float)s;
    }
}
