// Winograd transforms for 3x3 kernels: F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity
// (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016). 36 products make 16
// outputs, instead of 144.

/// B^T: six inputs to six, `o` with stride.
LB_INLINE void wino_input(vf d0, vf d1, vf d2, vf d3, vf d4, vf d5, vf *o, int stride) {
    vf a = d4 - 4 * d2, b = d3 - 4 * d1, c = d4 - d2, d = d3 - d1;
    o[0] = 4 * d0 + (d4 - 5 * d2);
    o[stride] = a + b;
    o[2 * stride] = a - b;
    o[3 * stride] = 2 * d + c;
    o[4 * stride] = c - 2 * d;
    o[5 * stride] = 4 * d1 + (d5 - 5 * d3);
}

/// A^T: six products to four outputs.
LB_INLINE void wino_output(vf m0, vf m1, vf m2, vf m3, vf m4, vf m5, vf *o, int stride) {
    vf a = m1 + m2, b = m1 - m2, c = m3 + m4, d = m3 - m4;
    o[0] = (m0 + a) + c;
    o[stride] = 2 * d + b;
    o[2 * stride] = 4 * c + a;
    o[3 * stride] = (8 * d + b) + m5;
}

/// G: three weights to six.
LB_INLINE void wino_weights(vf g0, vf g1, vf g2, vf *o, int stride) {
    vf a = (g0 + g2) * (-1.0f / 6), b = g0 * (1.0f / 24) + g2 * (1.0f / 6);
    o[0] = g0 * 0.25f;
    o[stride] = a - g1 * (1.0f / 6);
    o[2 * stride] = a + g1 * (1.0f / 6);
    o[3 * stride] = b + g1 * (1.0f / 12);
    o[4 * stride] = b - g1 * (1.0f / 12);
    o[5 * stride] = g2;
}

/// A: four output gradients to six (the adjoint of wino_output).
LB_INLINE void wino_gradient(vf y0, vf y1, vf y2, vf y3, vf *o, int stride) {
    vf a = y0 + y2, b = y1 + y3, c = y0 + 4 * y2, d = 2 * y1 + 8 * y3;
    o[0] = y0;
    o[stride] = a + b;
    o[2 * stride] = a - b;
    o[3 * stride] = c + d;
    o[4 * stride] = c - d;
    o[5 * stride] = y3;
}

/// G^T: six products to three weight gradients (the adjoint of wino_weights).
LB_INLINE void wino_weights_gradient(vf m0, vf m1, vf m2, vf m3, vf m4, vf m5, vf *o, int stride) {
    vf a = m1 + m2, b = m2 - m1, c = m3 + m4, d = m3 - m4;
    o[0] = m0 * 0.25f + (c * (1.0f / 24) - a * (1.0f / 6));
    o[stride] = b * (1.0f / 6) + d * (1.0f / 12);
    o[2 * stride] = (c - a) * (1.0f / 6) + m5;
}

// Transformed tiles lie as [chunk][tile][36][W]: a chunk is up to W channels of one source, so that
// a tile's transform writes one run of memory and every stride of the products is a constant.

/// Floats from tile to tile; odd multiples of W spread over the cache sets.
enum { TILE = 37 * W, RESULT = 36 * NC + W };

typedef struct {
    const lb_source *source;
    int c, lanes,
        channel; // first channel in the source, channels, first channel in the concatenation
} wino_chunk;

typedef struct {
    const lb_source *sources;
    int source_count, channels, n, h, w, tiles_y, tiles_x, tiles;
    int chunk_count;
    wino_chunk *chunks;
} wino_input_plan;

static wino_input_plan wino_reads(
    const lb_source *sources, int count, int channels, lb_conv_shape s) {
    int ty = ceil_div(s.h, 4), tx = ceil_div(s.w, 4);
    return (wino_input_plan){.sources = sources,
        .source_count = count,
        .channels = channels,
        .n = s.n,
        .h = s.h,
        .w = s.w,
        .tiles_y = ty,
        .tiles_x = tx,
        .tiles = s.n * ty * tx};
}

/// Lists the chunks; without sources (when sizes are counted) their greatest number.
static void wino_chunks(wino_input_plan *p, arena *a) {
    p->chunk_count =
        p->sources ? 0 : min_int(p->channels, ceil_div(p->channels, W) + MAX_PARTS - 1);
    for (int i = 0; p->sources && i < p->source_count; i++)
        p->chunk_count += ceil_div(p->sources[i].channels, W);
    p->chunks = take(a, (size_t)p->chunk_count * sizeof(wino_chunk) / sizeof(float));
    if (!p->chunks) return;
    wino_chunk *chunk = p->chunks;
    int channel = 0;
    for (int i = 0; i < p->source_count; i++) {
        const lb_source *s = &p->sources[i];
        for (int c = 0; c < s->channels; c += W)
            *chunk++ = (wino_chunk){s, c, min_int(W, s->channels - c), channel + c};
        channel += s->channels;
    }
}

enum { AHEAD = 14 }; // columns that the loads are prefetched ahead

/// Loads the 6x6 inputs of one tile (top left corner y0, x0; may reach outside), transforms them
/// and stores 36 vectors. `mode`: 0 raw, 1 scale and shift, 2 then ReLU, 3 only ReLU. `edge`: check
/// bounds; `part`: and lanes.
LB_INLINE void wino_tile_mode(const wino_chunk *k, int h, int w, int n, int y0, int x0, int mode,
    int edge, int part, float *restrict out) {
    const lb_source *s = k->source;
    vf scale = vset(1), shift = vset(0), e[36];
    if (mode == 1 || mode == 2) {
        scale = vload_part(s->scale + k->c, k->lanes);
        shift = vload_part(s->shift + k->c, k->lanes);
    }
    const float *row[6];
    size_t step = (size_t)s->channels;
    row[0] = s->data + (((int64_t)n * h + y0) * w + x0) * s->channels + k->c;
    LB_UNROLL for (int i = 1; i < 6; i++) row[i] = row[i - 1] + (size_t)w * step;
    int32_t inside[6]; // all ones where the row exists; a missing row is read from the nearest one
                       // and masked
    if (edge) {
        LB_UNROLL for (int i = 0; i < 6; i++) {
            int y = y0 + i, missing = y < 0 ? -y : y >= h ? h - 1 - y : 0;
            row[i] += (ptrdiff_t)missing * w * s->channels;
            inside[i] = missing ? 0 : -1;
        }
    } else {
        LB_UNROLL for (int j = 0; j < 4; j++) {
            size_t ahead = (size_t)(AHEAD + j) * step;
            LB_UNROLL for (int i = 0; i < 6; i++) __builtin_prefetch(row[i] + ahead);
        }
    }
    LB_UNROLL for (int j = 0; j < 6; j++) {
        vf d[6];
        if (edge && (x0 + j < 0 || x0 + j >= w)) {
            LB_UNROLL for (int i = 0; i < 6; i++) e[6 * i + j] = vset(0);
            continue;
        }
        LB_UNROLL for (int i = 0; i < 6; i++) {
            const float *p = row[i] + (size_t)j * step;
            d[i] = part ? vload_part(p, k->lanes) : vload(p);
            if (mode == 1 || mode == 2) d[i] = vfma(scale, d[i], shift);
            if (mode >= 2) d[i] = vrelu(d[i]);
            if (edge) d[i] = (vf)((vi)d[i] & inside[i]);
        }
        wino_input(d[0], d[1], d[2], d[3], d[4], d[5], e + j, 6);
    }
    LB_UNROLL for (int i = 0; i < 6; i++) {
        vf o[6];
        wino_input(
            e[i * 6], e[i * 6 + 1], e[i * 6 + 2], e[i * 6 + 3], e[i * 6 + 4], e[i * 6 + 5], o, 1);
        LB_UNROLL for (int j = 0; j < 6; j++) vstore(out + (i * 6 + j) * W, o[j]);
    }
}

#define WINO_TILE(name, mode, edge, part)                                        \
    static void __attribute__((noinline))                                        \
    name(const wino_chunk *k, int h, int w, int n, int y0, int x0, float *out) { \
        wino_tile_mode(k, h, w, n, y0, x0, mode, edge, part, out);               \
    }
WINO_TILE(wino_tile_raw, 0, 0, 0)
WINO_TILE(wino_tile_raw_edge, 0, 1, 0)
WINO_TILE(wino_tile_raw_part, 0, 1, 1)
WINO_TILE(wino_tile_affine, 1, 0, 0)
WINO_TILE(wino_tile_affine_edge, 1, 1, 0)
WINO_TILE(wino_tile_affine_part, 1, 1, 1)
WINO_TILE(wino_tile_relu, 2, 0, 0)
WINO_TILE(wino_tile_relu_edge, 2, 1, 0)
WINO_TILE(wino_tile_relu_part, 2, 1, 1)
WINO_TILE(wino_tile_only_relu, 3, 0, 0)
WINO_TILE(wino_tile_only_relu_edge, 3, 1, 0)
WINO_TILE(wino_tile_only_relu_part, 3, 1, 1)

LB_INLINE void wino_tile(
    const wino_chunk *k, int h, int w, int n, int y0, int x0, int inside, float *out) {
    typedef void (*transform)(const wino_chunk *k, int h, int w, int n, int y0, int x0, float *out);
    static const transform table[2][2][3] = {// [scale][relu][inside, edge or part]
        {{wino_tile_raw, wino_tile_raw_edge, wino_tile_raw_part},
            {wino_tile_only_relu, wino_tile_only_relu_edge, wino_tile_only_relu_part}},
        {{wino_tile_affine, wino_tile_affine_edge, wino_tile_affine_part},
            {wino_tile_relu, wino_tile_relu_edge, wino_tile_relu_part}}};
    const lb_source *s = k->source;
    int form = k->lanes < W ? 2 : !inside;
    table[s->scale != NULL][s->relu != 0][form](k, h, w, n, y0, x0, out);
}

/// Asks for the inputs of one tile, without the columns that it shares with the tile before.
LB_INLINE void wino_prefetch(const wino_input_plan *p, int id) {
    int n = id / (p->tiles_y * p->tiles_x), r = id % (p->tiles_y * p->tiles_x);
    int y0 = r / p->tiles_x * 4 - 1, x0 = r % p->tiles_x * 4 - 1;
    for (const lb_source *s = p->sources; s < p->sources + p->source_count; s++)
        for (int i = max_int(y0, 0); i < min_int(y0 + 6, p->h); i++) {
            const float *row = s->data + (((int64_t)n * p->h + i) * p->w + x0 + 2) * s->channels;
            for (int c = 0; c < 4 * s->channels; c += 16) __builtin_prefetch(row + c, 0, 2);
        }
}

/// Transforms chunks [k0, k1) of the tiles [first, first + count) to out[k1 - k0][block][36][W].
static void wino_tiles(
    const wino_input_plan *p, int first, int count, int k0, int k1, int block, float *out) {
    for (int t = 0; t < count; t++) {
        int id = first + t, n = id / (p->tiles_y * p->tiles_x), r = id % (p->tiles_y * p->tiles_x);
        int y0 = r / p->tiles_x * 4 - 1, x0 = r % p->tiles_x * 4 - 1;
        int inside = y0 >= 0 && x0 >= 0 && y0 + 6 <= p->h && x0 + 6 <= p->w;
        for (int k = k0; k < k1; k++)
            wino_tile(&p->chunks[k], p->h, p->w, n, y0, x0, inside,
                out + (size_t)((k - k0) * block + t) * TILE);
    }
}
