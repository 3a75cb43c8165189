// Convolutions as a packed matrix product over gathered pixels: any kernel, stride and channel
// count. A grid of output pixels reads, for each tap, the input pixel `position * in_step + tap
// offset` (zero outside), and writes the output pixel `position * out_step + out offset`. A
// stride-2 gradient is one such product for each of the four parities of the output; a transposed
// convolution is one product with four copies of the columns.

enum {
    GATHER_ROWS = 64,
    GATHER_DEPTH = 384,
    GATHER_AHEAD = 32
}; // ahead: pixels that loads are prefetched

typedef struct {
    int dy, dx;
    size_t weight; // offset of the tap in the weights
} gather_tap;

typedef struct {
    const lb_source *sources;
    int source_count, channels, in_h, in_w, in_step;
    int tap_count;
    gather_tap taps[9];
    const float *weights; // element (tap, reduced channel r, output channel o): taps[tap].weight +
                          // r*reduce + o*out
    size_t reduce_stride, out_stride;
    int n, grid_h, grid_w, out_step, out_y, out_x, out_h, out_w;
    int copies; // 4: columns for the outputs (out_y + i / 2, out_x + i % 2), their weights
                // copy_stride apart; else 1
    size_t copy_stride;
    const lb_sink *sinks;
    int sink_count;
    const float *bias; // of the only sink, or NULL
    int statistics;
    // workspace
    int columns, panels, stride, threads;
    float *packed, *rows, *result, *partials;
} gather_plan;

/// Columns of all panels: each sink starts a new panel, each copy has columns for all sinks.
static int gather_columns(const gather_plan *p) {
    int columns = 0;
    for (int i = 0; i < p->sink_count; i++) columns += round_up(p->sinks[i].channels, NC);
    return columns * p->copies;
}

/// Few channels: rows lie as [tap and channel][pixel], filled a run of pixels at a time.
enum { PLANAR_CHANNELS = 4 };

LB_INLINE int is_planar(int channels) { return channels <= PLANAR_CHANNELS; }

static int gather_pieces(const gather_plan *p) {
    return ceil_div(p->n * p->grid_h * p->grid_w, GATHER_ROWS);
}

static int gather_taps_at_once(const gather_plan *p) {
    if (is_planar(p->channels)) return max_int(1, p->tap_count);
    return max_int(1, min_int(p->tap_count, GATHER_DEPTH / max_int(1, p->channels)));
}

/// Everything but `partials`.
static void gather_layout(gather_plan *p, int columns, int threads, arena *a) {
    p->threads = threads;
    p->columns = columns;
    p->panels = columns / NC;
    p->stride = round_up(p->channels * gather_taps_at_once(p) + W, W);
    p->packed = take(a, (size_t)p->tap_count * (size_t)p->channels * (size_t)columns);
    p->rows = take(
        a, (size_t)threads * GATHER_ROWS * (size_t)max_int(p->stride, p->tap_count * p->channels));
    p->result = take(a, (size_t)threads * GATHER_ROWS * (size_t)columns);
}

/// Sink and first channel of a panel, and its copy.
static const lb_sink *gather_panel(const gather_plan *p, int panel, int *first, int *copy) {
    const lb_sink *s = p->sinks;
    *copy = panel / (p->panels / p->copies);
    panel %= p->panels / p->copies;
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
    int first, copy, before = 0;
    const lb_sink *sink = gather_panel(p, panel, &first, &copy);
    for (const lb_sink *s = p->sinks; s < sink; s++) before += s->channels;
    int count = min_int(NC, sink->channels - first);
    float *out = p->packed + (size_t)panel * NC * (size_t)p->tap_count * (size_t)p->channels;
    for (int t = 0; t < p->tap_count; t++) {
        const float *w = p->weights + p->taps[t].weight + (size_t)(before + first) * p->out_stride
            + (size_t)copy * p->copy_stride;
        if (p->out_stride == 1) {
            for (int c = 0; c < p->channels; c++, out += NC)
                for (int v = 0; v < NV; v++)
                    vstore(out + v * W,
                        vload_part(
                            w + (size_t)c * p->reduce_stride + v * W, max_int(0, count - v * W)));
            continue;
        }
        for (int c = 0; c < p->channels; c += W, out += W * NC) {
            int depth = min_int(W, p->channels - c);
            for (int v = 0; v < NV; v++) {
                vf r[W];
                for (int i = 0; i < W; i++)
                    r[i] = v * W + i < count
                        ? vload_part(w + (size_t)(v * W + i) * p->out_stride + c, depth)
                        : vset(0);
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
static void gather_rows(
    const gather_plan *p, float *rows, const gather_pixel *pixels, int count, int t0, int t1) {
    for (int i = 0; i < count; i++) {
        float *out = rows + (size_t)i * (size_t)p->stride;
        for (int t = t0; t < t1; t++) {
            int y = pixels[i].y * p->in_step + p->taps[t].dy,
                x = pixels[i].x * p->in_step + p->taps[t].dx;
            if (y < 0 || y >= p->in_h || x < 0 || x >= p->in_w) {
                for (int c = 0; c < p->channels; c += W) vstore(out + c, vset(0));
                out += p->channels;
                continue;
            }
            size_t pixel =
                ((size_t)pixels[i].n * (size_t)p->in_h + (size_t)y) * (size_t)p->in_w + (size_t)x;
            for (int s = 0; s < p->source_count; s++) {
                const lb_source *source = &p->sources[s];
                size_t next = pixel + (size_t)(GATHER_AHEAD * p->in_step);
                const float *ahead = source->data + next * (size_t)source->channels;
                for (int c = 0; c < source->channels; c += W) {
                    __builtin_prefetch(ahead + c);
                    vstore(out + c, load_source(source, pixel, c, source->channels - c));
                }
                out += source->channels;
            }
        }
    }
}

/// The planes of taps and channels, `width` floats apart, for `count` grid pixels from number
/// `start` on.
static void planar_rows(float *planes, int width, const lb_source *sources, int source_count,
    int in_h, int in_w, int step, const gather_tap *taps, int tap_count, int grid_h, int grid_w,
    int start, int count) {
    for (int done = 0; done < count;) {
        int id = start + done, n = id / (grid_h * grid_w), y = id / grid_w % grid_h,
            x = id % grid_w;
        int run = min_int(count - done, grid_w - x);
        float *out = planes + done;
        for (int t = 0; t < tap_count; t++) {
            int sy = y * step + taps[t].dy, sx = x * step + taps[t].dx;
            // pixels [low, high) of the run lie inside
            int low = sx < 0 ? min_int(run, ceil_div(-sx, step)) : 0;
            int high = sy < 0 || sy >= in_h
                ? low
                : max_int(low, min_int(run, (in_w - 1 - sx + step) / step));
            for (const lb_source *s = sources; s < sources + source_count; s++)
                for (int c = 0; c < s->channels; c++, out += width) {
                    const float *in =
                        s->data + (((int64_t)n * in_h + sy) * in_w + sx) * s->channels + c;
                    ptrdiff_t next = (ptrdiff_t)step * s->channels;
                    float scale = s->scale ? s->scale[c] : 1, shift = s->scale ? s->shift[c] : 0;
                    for (int i = 0; i < low; i++) out[i] = 0;
                    if (s->scale || s->relu)
                        for (int i = low; i < high; i++) {
                            float v = scale * in[i * next] + shift;
                            out[i] = s->relu && v < 0 ? 0 : v;
                        }
                    else if (next == 1)
                        for (int i = low; i < high; i++) out[i] = in[i];
                    else
                        for (int i = low; i < high; i++) out[i] = in[i * next];
                    for (int i = high; i < run; i++) out[i] = 0;
                }
        }
        done += run;
    }
}

/// Writes `nv` vectors of channels from `c` on of `count` pixels, with bias and sums.
LB_INLINE void gather_out(const lb_sink *sink, const float *all_bias, int c, int nv, int stream,
    const size_t *places, int count, const float *result, float *partial, int columns) {
    vf bias[NV], s[NV], q[NV];
    int lanes = sink->channels - c;
    LB_UNROLL for (int v = 0; v < nv; v++) {
        bias[v] =
            all_bias && lanes > v * W ? vload_part(all_bias + c + v * W, lanes - v * W) : vset(0);
        s[v] = q[v] = vset(0);
    }
    for (int r = 0; r < count && lanes > 0; r++) {
        float *out = sink->data + places[r] * (size_t)sink->channels + (size_t)c;
        LB_UNROLL for (int v = 0; v < nv; v++) {
            vf y = vload(result + r * NC + v * W) + bias[v];
            if (sink->accumulate) y += vload_part(out + v * W, lanes - v * W);
            if (stream)
                vstream(out + v * W, y);
            else
                vstore_part(out + v * W, y, lanes - v * W);
            s[v] += y;
            q[v] = vfma(y, y, q[v]);
        }
    }
    LB_UNROLL for (int v = 0; v < nv && partial; v++) {
        vstore(partial + v * W, s[v]);
        vstore(partial + columns + v * W, q[v]);
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
        int planar = is_planar(p->channels);
        if (planar)
            planar_rows(rows, GATHER_ROWS, p->sources, p->source_count, p->in_h, p->in_w,
                p->in_step, p->taps, p->tap_count, p->grid_h, p->grid_w, start, count);
        else
            gather_rows(p, rows, pixels, count, t, end);
        for (int i = 0; i < p->panels; i++) {
            const float *b = p->packed
                + ((size_t)i * (size_t)p->tap_count + (size_t)t) * (size_t)p->channels * NC;
            int first, copy;
            const lb_sink *sink = gather_panel(p, i, &first, &copy);
            if (!sink->data) continue;
            int vectors = sink->channels - first > W ? NV : 1;
            for (int g = 0; g < groups; g++) {
                const float *a =
                    rows + (planar ? (size_t)g * MR : (size_t)g * MR * (size_t)p->stride);
                float *out = result + ((size_t)i * GATHER_ROWS + (size_t)g * MR) * NC;
                if (planar && vectors == 1)
                    micro(MR, 1, a, 1, GATHER_ROWS, b, NC, depth, out, NC, t > 0);
                else if (planar)
                    micro(MR, NV, a, 1, GATHER_ROWS, b, NC, depth, out, NC, t > 0);
                else if (vectors == 1)
                    micro(MR, 1, a, (size_t)p->stride, 1, b, NC, depth, out, NC, t > 0);
                else
                    micro(MR, NV, a, (size_t)p->stride, 1, b, NC, depth, out, NC, t > 0);
            }
        }
    }
    int columns = p->columns / p->copies; // partials: [piece][copy][2][columns]
    float *partial = p->statistics ? p->partials + (size_t)piece * 2 * (size_t)p->columns : NULL;
    size_t places[GATHER_ROWS]; // output pixels
    for (int i = 0, last = -1; i < p->panels; i++) {
        int first, copy;
        const lb_sink *sink = gather_panel(p, i, &first, &copy);
        if (!sink->data) continue;
        for (int r = 0; r < count && copy != last; r++) {
            int y = pixels[r].y * p->out_step + p->out_y + copy / 2,
                x = pixels[r].x * p->out_step + p->out_x + copy % 2;
            places[r] =
                ((size_t)pixels[r].n * (size_t)p->out_h + (size_t)y) * (size_t)p->out_w + (size_t)x;
        }
        last = copy;
        int stream = !sink->accumulate
            && streams(sink->data, (size_t)(p->n * p->out_h * p->out_w) * (size_t)sink->channels,
                sink->channels);
        const float *from = result + (size_t)i * GATHER_ROWS * NC;
        float *to = partial ? partial + copy * 2 * columns + first : NULL;
        for (int v = 0; v < NV && sink->channels > first + v * W; v += TOGETHER) {
            if (sink->channels >= first + (v + TOGETHER) * W)
                gather_out(sink, p->bias, first + v * W, TOGETHER, stream, places, count,
                    from + v * W, to ? to + v * W : NULL, columns);
            else
                for (int u = v; u < v + TOGETHER && u < NV; u++)
                    gather_out(sink, p->bias, first + u * W, 1, stream, places, count, from + u * W,
                        to ? to + u * W : NULL, columns);
        }
    }
}

static void gather_run(lb_pool *pool, gather_plan *p) {
    lb_pool_run(pool, p->panels, gather_pack, p);
    lb_pool_run(pool, gather_pieces(p), gather_piece, p);
}
