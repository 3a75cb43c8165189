// Weight gradients as a packed matrix product over pixels: dw[tap][k][c] = sum over grid pixels of
// g[·][k] * a[·][c], where g (the gradient) and a (the activations) are read at `position * step +
// offset of the tap`. A piece is one block of k, one block of c and a range of pixels, all taps;
// the ranges' sums are added in order.

enum { WG_PIXELS = 64, WG_K = 64, WG_C = 64 };

typedef struct {
    lb_source gradient; // k channels
    int gradient_h, gradient_w, gradient_step;
    const lb_source *sources;
    int source_count, channels, in_h, in_w, in_step;
    int k, tap_count,
        moving_gradient; // the taps move over the gradient (else over the activations)
    gather_tap taps[9]; // weight: offset in dw
    float *dw;
    size_t k_stride;
    int n, grid_h, grid_w;
    int k_blocks, c_blocks, splits, threads;
    float *scratch, *partials;
} weights_plan;

enum { WG_LG = WG_K + W, WG_LA = WG_C + W };
enum { WG_SCRATCH = WG_PIXELS * (WG_LG + WG_LA) + 9 * WG_K * WG_C };

static void weights_layout(weights_plan *p, int threads, arena *a) {
    p->threads = threads;
    p->k_blocks = ceil_div(p->k, WG_K);
    p->c_blocks = ceil_div(p->channels, WG_C);
    int chunks = ceil_div(p->n * p->grid_h * p->grid_w, WG_PIXELS);
    p->splits = max_int(1, min_int(chunks / 4, ceil_div(32, p->k_blocks * p->c_blocks)));
    p->scratch = take(a, (size_t)threads * WG_SCRATCH);
    p->partials =
        take(a, (size_t)p->splits * (size_t)p->tap_count * (size_t)p->k * (size_t)p->channels + NC);
}

/// Channels [c0, c1) of the concatenated sources at a pixel, activated, into out (W floats of room
/// behind).
static void copy_channels(
    float *out, const lb_source *s, size_t pixel, size_t ahead, int c0, int c1) {
    int base = 0;
    for (; base < c1; base += s->channels, s++) {
        int from = max_int(c0 - base, 0), to = min_int(c1 - base, s->channels);
        const float *next = s->data + (pixel + ahead) * (size_t)s->channels;
        for (int c = from; c < to; c += W) {
            __builtin_prefetch(next + c);
            vstore(out + base + c - c0, load_source(s, pixel, c, to - c));
        }
    }
}

/// Copies channels [c0, c1) of `count` pixels; those outside are zero.
static void weights_rows(float *out, int stride, const lb_source *s, int h, int w, int step,
    gather_tap tap, int grid_h, int grid_w, int start, int count, int c0, int c1) {
    int n = start / (grid_h * grid_w), y = start / grid_w % grid_h, x = start % grid_w;
    for (int i = 0; i < count; i++, out += stride) {
        int sy = y * step + tap.dy, sx = x * step + tap.dx;
        if (sy < 0 || sy >= h || sx < 0 || sx >= w)
            for (int c = 0; c < c1 - c0; c += W) vstore(out + c, vset(0));
        else
            copy_channels(out, s, ((size_t)n * (size_t)h + (size_t)sy) * (size_t)w + (size_t)sx,
                (size_t)(GATHER_AHEAD * step), c0, c1);
        if (++x < grid_w) continue;
        x = 0;
        if (++y < grid_h) continue;
        y = 0, n++;
    }
}

static void weights_piece(void *argument, int piece, int worker) {
    const weights_plan *p = argument;
    // The channel blocks of a range of pixels follow each other, so that one core reads the range.
    int channel_blocks = p->k_blocks * p->c_blocks, split = piece / channel_blocks,
        rest = piece % channel_blocks;
    int cb = rest % p->c_blocks, kb = rest / p->c_blocks;
    int k0 = kb * WG_K, k1 = min_int(p->k, k0 + WG_K), c0 = cb * WG_C,
        c1 = min_int(p->channels, c0 + WG_C);
    int total = p->n * p->grid_h * p->grid_w, chunks = ceil_div(total, WG_PIXELS);
    int begin = (int)((int64_t)chunks * split / p->splits) * WG_PIXELS;
    int end = min_int(total, (int)((int64_t)chunks * (split + 1) / p->splits) * WG_PIXELS);
    float *g = p->scratch + (size_t)worker * WG_SCRATCH, *a = g + WG_PIXELS * WG_LG,
          *out = a + WG_PIXELS * WG_LA;
    int k_groups = ceil_div(k1 - k0, MR), panels = ceil_div(c1 - c0, NC);
    for (int i = 0; i < WG_PIXELS; i++) { // lanes of the last group or panel that no channel fills
        for (int k = k1 - k0; k < k_groups * MR; k++) g[i * WG_LG + k] = 0;
        for (int c = c1 - c0; c < panels * NC; c++) a[i * WG_LA + c] = 0;
    }
    const gather_tap still = {0};
    for (int start = begin; start < end; start += WG_PIXELS) {
        int count = min_int(WG_PIXELS, end - start);
        for (int t = 0; t < p->tap_count; t++) {
            if (t == 0 || p->moving_gradient)
                weights_rows(g, WG_LG, &p->gradient, p->gradient_h, p->gradient_w, p->gradient_step,
                    p->moving_gradient ? p->taps[t] : still, p->grid_h, p->grid_w, start, count, k0,
                    k1);
            if (t == 0 || !p->moving_gradient)
                weights_rows(a, WG_LA, p->sources, p->in_h, p->in_w, p->in_step,
                    p->moving_gradient ? still : p->taps[t], p->grid_h, p->grid_w, start, count, c0,
                    c1);
            for (int j = 0; j < panels; j++)
                for (int i = 0; i < k_groups; i++)
                    micro(MR, NV, g + i * MR, 1, WG_LG, a + j * NC, WG_LA, count,
                        out + (t * WG_K + i * MR) * WG_C + j * NC, WG_C, start > begin);
        }
    }
    float *partial =
        p->partials + (size_t)split * (size_t)p->tap_count * (size_t)p->k * (size_t)p->channels;
    for (int t = 0; t < p->tap_count; t++)
        for (int k = k0; k < k1; k++)
            memcpy(partial + ((size_t)t * (size_t)p->k + (size_t)k) * (size_t)p->channels + c0,
                out + (t * WG_K + k - k0) * WG_C, (size_t)(c1 - c0) * sizeof(float));
}

/// Adds the partial sums of one (tap, k) row.
static void weights_reduce(void *argument, int piece, int worker) {
    (void)worker;
    const weights_plan *p = argument;
    int t = piece / p->k, k = piece % p->k;
    float *out = p->dw + p->taps[t].weight + (size_t)k * p->k_stride;
    const float *in = p->partials + (size_t)piece * (size_t)p->channels;
    size_t next = (size_t)p->tap_count * (size_t)p->k * (size_t)p->channels;
    for (int c = 0; c < p->channels; c += W) {
        vf s = vset(0);
        for (int i = 0; i < p->splits; i++)
            s += vload_part(in + (size_t)i * next + c, p->channels - c);
        vstore_part(out + c, s, p->channels - c);
    }
}

static void weights_run(lb_pool *pool, weights_plan *p) {
    lb_pool_run(pool, p->k_blocks * p->c_blocks * p->splits, weights_piece, p);
    lb_pool_run(pool, p->tap_count * p->k, weights_reduce, p);
}

// The gradient of the bias: the sum of dy over pixels, in fixed ranges.

enum { BIAS_PIXELS = 2048 };

typedef struct {
    const float *dy;
    size_t pixels;
    int k, columns;
    float *dbias, *partials;
} bias_plan;

static void bias_layout(bias_plan *p, arena *a) {
    p->columns = round_up(p->k, W);
    p->partials = take(a, ((p->pixels + BIAS_PIXELS - 1) / BIAS_PIXELS) * (size_t)p->columns);
}

static void bias_piece(void *argument, int piece, int worker) {
    (void)worker;
    const bias_plan *p = argument;
    size_t begin = (size_t)piece * BIAS_PIXELS,
           end = begin + BIAS_PIXELS < p->pixels ? begin + BIAS_PIXELS : p->pixels;
    for (int c = 0; c < p->k; c += W) {
        vf s[4] = {vset(0), vset(0), vset(0), vset(0)};
        for (size_t i = begin; i < end; i++)
            s[i % 4] += vload_part(p->dy + i * (size_t)p->k + (size_t)c, p->k - c);
        vstore(p->partials + (size_t)piece * (size_t)p->columns + c, (s[0] + s[1]) + (s[2] + s[3]));
    }
}

static void bias_run(lb_pool *pool, bias_plan *p) {
    int pieces = (int)((p->pixels + BIAS_PIXELS - 1) / BIAS_PIXELS);
    lb_pool_run(pool, pieces, bias_piece, p);
    for (int k = 0; k < p->k; k++) {
        double s = 0;
        for (int i = 0; i < pieces; i++)
            s += p->partials[(size_t)i * (size_t)p->columns + (size_t)k];
        p->dbias[k] = (float)s;
    }
}
