// Winograd transforms for 3x3 kernels: F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity (Lavin and Gray,
// "Fast Algorithms for Convolutional Neural Networks", 2016). 36 products make 16 outputs, instead of 144.

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

typedef struct {
    const lb_source *sources;
    int source_count, channels, n, h, w, tiles_y, tiles_x, tiles;
} wino_input_plan;

static wino_input_plan wino_reads(const lb_source *sources, int count, int channels, lb_conv_shape s) {
    int ty = ceil_div(s.h, 4), tx = ceil_div(s.w, 4);
    return (wino_input_plan){sources, count, channels, s.n, s.h, s.w, ty, tx, s.n * ty * tx};
}

/// Room for the channels of a tile: sources may end in the middle of a vector and spill the rest of it.
LB_INLINE int wino_stride(int channels) { return round_up(channels, W) + W; }

/// Loads the 6x6 inputs of one tile (top left corner y0, x0; may reach outside), transforms them and stores the 36
/// vectors `plane` floats apart. `mode`: 0 raw, 1 scale and shift and maybe ReLU. `edge`: check bounds.
LB_INLINE void wino_tile_mode(
    const lb_source *s, int h, int w, int n, int y0, int x0, int c, int count, int mode, int edge, float *out,
    size_t plane) {
    vf e[36];
    vf scale = vset(1), shift = vset(0);
    if (mode) scale = vload_part(s->scale + c, count), shift = vload_part(s->shift + c, count);
    vi keep = mode == 1 ? (vi){0} - 1 : (vi){0};
    (void)keep;
    const float *base = s->data + (((int64_t)n * h + y0) * w + x0) * s->channels + c;
    LB_UNROLL for (int j = 0; j < 6; j++) {
        vf d[6];
        LB_UNROLL for (int i = 0; i < 6; i++) {
            const float *p = base + ((int64_t)i * w + j) * s->channels;
            if (edge && (y0 + i < 0 || y0 + i >= h || x0 + j < 0 || x0 + j >= w)) {
                d[i] = vset(0);
                continue;
            }
            d[i] = edge ? vload_part(p, count) : vload(p);
            if (mode) d[i] = vfma(scale, d[i], shift);
            if (mode == 2) d[i] = vrelu(d[i]);
        }
        wino_input(d[0], d[1], d[2], d[3], d[4], d[5], e + j, 6);
    }
    LB_UNROLL for (int i = 0; i < 6; i++) {
        vf o[6];
        wino_input(e[i * 6], e[i * 6 + 1], e[i * 6 + 2], e[i * 6 + 3], e[i * 6 + 4], e[i * 6 + 5], o, 1);
        LB_UNROLL for (int j = 0; j < 6; j++) vstore(out + (size_t)(i * 6 + j) * plane, o[j]);
    }
}

#define WINO_TILE(name, mode, edge)                                                                              \
    static void __attribute__((noinline)) name(                                                                  \
        const lb_source *s, int h, int w, int n, int y0, int x0, int c, int count, float *out, size_t plane) {    \
        wino_tile_mode(s, h, w, n, y0, x0, c, count, mode, edge, out, plane);                                     \
    }
WINO_TILE(wino_tile_raw, 0, 0)
WINO_TILE(wino_tile_raw_edge, 0, 1)
WINO_TILE(wino_tile_affine, 1, 0)
WINO_TILE(wino_tile_affine_edge, 1, 1)
WINO_TILE(wino_tile_relu, 2, 0)
WINO_TILE(wino_tile_relu_edge, 2, 1)
typedef void (*wino_tile_fn)(
    const lb_source *s, int h, int w, int n, int y0, int x0, int c, int count, float *out, size_t plane);

/// Transforms the channels [c0, c1) of the tiles [first, first + count): out[36][plane] with rows of `stride` floats.
static void wino_tiles(
    const wino_input_plan *p, int first, int count, int c0, int c1, float *out, size_t plane, int stride) {
    for (int t = 0; t < count; t++) {
        int id = first + t, n = id / (p->tiles_y * p->tiles_x), r = id % (p->tiles_y * p->tiles_x);
        int y0 = r / p->tiles_x * 4 - 1, x0 = r % p->tiles_x * 4 - 1;
        int inside = y0 >= 0 && x0 >= 0 && y0 + 6 <= p->h && x0 + 6 <= p->w;
        const lb_source *s = p->sources;
        for (int base = 0; base < c1; base += s->channels, s++) {
            int from = max_int(c0 - base, 0), to = min_int(c1 - base, s->channels);
            wino_tile_fn whole = !s->scale ? wino_tile_raw : s->relu ? wino_tile_relu : wino_tile_affine;
            wino_tile_fn edge = !s->scale ? wino_tile_raw_edge : s->relu ? wino_tile_relu_edge : wino_tile_affine_edge;
            for (int c = from; c < to; c += W)
                (inside && to - c >= W ? whole : edge)(
                    s, p->h, p->w, n, y0, x0, c, to - c, out + (size_t)t * (size_t)stride + base + c - c0, plane);
        }
    }
}
