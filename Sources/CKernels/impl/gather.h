// Convolutions as a packed matrix product over gathered pixels: any kernel, stride and channel count.
// A grid of output pixels reads, for each tap, the input pixel `position * in_step + tap offset` (zero outside), and
// writes the output pixel `position * out_step + out offset`. A stride-2 gradient is one such product for each of the
// four parities of the output.

enum { GATHER_ROWS = 64, GATHER_DEPTH = 384 };

typedef struct {
    int dy, dx;
    size_t weight;  // offset of the tap in the weights
} gather_tap;

typedef struct {
    const lb_source *sources;
    int source_count, channels, in_h, in_w, in_step;
    int tap_count;
    gather_tap taps[9];
    const float *weights;  // element (tap, reduced channel r, output channel o): taps[tap].weight + r*reduce + o*out
    size_t reduce_stride, out_stride;
    int n, grid_h, grid_w, out_step, out_y, out_x, out_h, out_w;
    const lb_sink *sinks;
    int sink_count;
    const float *bias;  // of the only sink, or NULL
    int statistics;
    // workspace
    int columns, panels, stride, threads;
    float *packed, *rows, *result, *partials;
} gather_plan;

/// Columns of all panels: each sink starts a new panel.
static int gather_columns(const gather_plan *p) {
    int columns = 0;
    for (int i = 0; i < p->sink_count; i++) columns += round_up(p->sinks[i].channels, NC);
    return columns;
}

static int gather_pieces(const gather_plan *p) { return ceil_div(p->n * p->grid_h * p->grid_w, GATHER_ROWS); }

static int gather_taps_at_once(const gather_plan *p) {
    return max_int(1, min_int(p->tap_count, GATHER_DEPTH / max_int(1, p->channels)));
}

/// Everything but `partials`.
static void gather_layout(gather_plan *p, int columns, int threads, arena *a) {
    p->threads = threads;
    p->columns = columns;
    p->panels = columns / NC;
    p->stride = round_up(p->channels * gather_taps_at_once(p) + W, W);
    p->packed = take(a, (size_t)p->tap_count * (size_t)p->channels * (size_t)columns);
    p->rows = take(a, (size_t)threads * GATHER_ROWS * (size_t)p->stride);
    p->result = take(a, (size_t)threads * GATHER_ROWS * (size_t)columns);
}

/// Sink and first channel of a panel.
static const lb_sink *gather_panel(const gather_plan *p, int panel, int *first) {
    const lb_sink *s = p->sinks;
    for (;; s++) {
        int panels = ceil_div(s->channels, NC);
        if (panel < panels) break;
        panel -= panels;
    }
    *first = panel * NC;
    return s;
}

/// Weights of one panel: packed[panel][tap][channel][NC].
static void gather_pack(void *argument, int panel, int worker) {
    (void)worker;
    const gather_plan *p = argument;
    int first, before = 0;
    const lb_sink *sink = gather_panel(p, panel, &first);
    for (const lb_sink *s = p->sinks; s < sink; s++) before += s->channels;
    int count = min_int(NC, sink->channels - first);
    float *out = p->packed + (size_t)panel * NC * (size_t)p->tap_count * (size_t)p->channels;
    for (int t = 0; t < p->tap_count; t++) {
        const float *w = p->weights + p->taps[t].weight + (size_t)(before + first) * p->out_stride;
        if (p->out_stride == 1) {
            for (int c = 0; c < p->channels; c++, out += NC)
                for (int v = 0; v < NV; v++)
                    vstore(out + v * W, vload_part(w + (size_t)c * p->reduce_stride + v * W, max_int(0, count - v * W)));
            continue;
        }
        for (int c = 0; c < p->channels; c += W, out += W * NC) {
            int depth = min_int(W, p->channels - c);
            for (int v = 0; v < NV; v++) {
                vf r[W];
                for (int i = 0; i < W; i++)
                    r[i] = v * W + i < count ? vload_part(w + (size_t)(v * W + i) * p->out_stride + c, depth) : vset(0);
                vtranspose(r);
                for (int i = 0; i < depth; i++) vstore(out + i * NC + v * W, r[i]);
            }
        }
        out -= (size_t)(round_up(p->channels, W) - p->channels) * NC;
    }
}

typedef struct {
    int n, y, x;
} gather_pixel;

/// Copies the activations of taps [t0, t1) for `count` grid pixels into rows.
static void gather_rows(const gather_plan *p, float *rows, const gather_pixel *pixels, int count, int t0, int t1) {
    for (int i = 0; i < count; i++) {
        float *out = rows + (size_t)i * (size_t)p->stride;
        for (int t = t0; t < t1; t++) {
            int y = pixels[i].y * p->in_step + p->taps[t].dy, x = pixels[i].x * p->in_step + p->taps[t].dx;
            if (y < 0 || y >= p->in_h || x < 0 || x >= p->in_w) {
                for (int c = 0; c < p->channels; c += W) vstore(out + c, vset(0));
                out += p->channels;
                continue;
            }
            size_t pixel = ((size_t)pixels[i].n * (size_t)p->in_h + (size_t)y) * (size_t)p->in_w + (size_t)x;
            for (int s = 0; s < p->source_count; s++) {
                const lb_source *source = &p->sources[s];
                for (int c = 0; c < source->channels; c += W)
                    vstore(out + c, load_source(source, pixel, c, source->channels - c));
                out += source->channels;
            }
        }
    }
}

static void gather_piece(void *argument, int piece, int worker) {
    const gather_plan *p = argument;
    int total = p->n * p->grid_h * p->grid_w, start = piece * GATHER_ROWS;
    int count = min_int(GATHER_ROWS, total - start), groups = ceil_div(count, MR);
    float *rows = p->rows + (size_t)worker * GATHER_ROWS * (size_t)p->stride;
    float *result = p->result + (size_t)worker * GATHER_ROWS * (size_t)p->columns;
    gather_pixel pixels[GATHER_ROWS];
    for (int i = 0; i < count; i++) {
        int id = start + i, r = id % (p->grid_h * p->grid_w);
        pixels[i] = (gather_pixel){id / (p->grid_h * p->grid_w), r / p->grid_w, r % p->grid_w};
    }
    int at_once = gather_taps_at_once(p);
    for (int t = 0; t < p->tap_count || t == 0; t += at_once) {
        int end = min_int(p->tap_count, t + at_once), depth = (end - t) * p->channels;
        gather_rows(p, rows, pixels, count, t, end);
        for (int i = 0; i < p->panels; i++) {
            const float *b = p->packed + ((size_t)i * (size_t)p->tap_count + (size_t)t) * (size_t)p->channels * NC;
            for (int g = 0; g < groups; g++)
                micro(
                    MR, NV, rows + (size_t)g * MR * (size_t)p->stride, (size_t)p->stride, 1, b, NC, depth,
                    result + ((size_t)i * GATHER_ROWS + (size_t)g * MR) * NC, NC, t > 0);
        }
    }
    float *partial = p->statistics ? p->partials + (size_t)piece * 2 * (size_t)p->columns : NULL;
    for (int i = 0; i < p->panels; i++) {
        int first;
        const lb_sink *sink = gather_panel(p, i, &first);
        if (!sink->data) continue;
        for (int v = 0; v < NV; v++) {
            int c = first + v * W, lanes = sink->channels - c;
            vf bias = p->bias && lanes > 0 ? vload_part(p->bias + c, lanes) : vset(0), s = vset(0), q = vset(0);
            for (int r = 0; r < count && lanes > 0; r++) {
                vf y = vload(result + ((size_t)i * GATHER_ROWS + (size_t)r) * NC + v * W) + bias;
                int oy = pixels[r].y * p->out_step + p->out_y, ox = pixels[r].x * p->out_step + p->out_x;
                size_t pixel = ((size_t)pixels[r].n * (size_t)p->out_h + (size_t)oy) * (size_t)p->out_w + (size_t)ox;
                float *out = sink->data + pixel * (size_t)sink->channels + (size_t)c;
                if (sink->accumulate) y += vload_part(out, lanes);
                vstore_part(out, y, lanes);
                s += y;
                q = vfma(y, y, q);
            }
            if (!partial) continue;
            vstore(partial + i * NC + v * W, s);
            vstore(partial + p->columns + i * NC + v * W, q);
        }
    }
}

static void gather_run(lb_pool *pool, gather_plan *p) {
    lb_pool_run(pool, p->panels, gather_pack, p);
    lb_pool_run(pool, gather_pieces(p), gather_piece, p);
}
