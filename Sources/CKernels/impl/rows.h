// How elementwise kernels cut their work into pieces, and their common arguments.
// Rows that one piece of a row-parallel kernel handles: about 64 KiB of floats.
static inline size_t lb_rows_per_piece(int C) {
    size_t rows = 16384 / (size_t)(C > 0 ? C : 1);
    return rows > 0 ? rows : 1;
}

typedef struct {
    size_t first, last;
} lb_span;

static inline lb_span lb_piece_span(int piece, size_t per_piece, size_t total) {
    lb_span s = {(size_t)piece * per_piece, ((size_t)piece + 1) * per_piece};
    if (s.last > total) s.last = total;
    return s;
}

static inline int lb_piece_count(size_t total, size_t per_piece) {
    return (int)((total + per_piece - 1) / per_piece);
}

// Common arguments of the row-parallel kernels.
typedef struct {
    float *y, *y2, *y3;
    const float *a, *b, *scale, *shift, *mean, *k1, *k2, *k3;
    lb_source source;
    uint8_t *index;
    const uint8_t *index_in;
    double *partial;
    uint64_t seed;
    float slope, rate;
    float beta1, beta2, step, epsilon;
    int accumulate, accumulate2, N, H, W, C, pieces;
    size_t rows, per_piece;
} lb_args;

// The activated value of a source at flat row m, channel c.
static inline float lb_read(const lb_source *s, size_t m, int c) {
    float v = s->data[m * (size_t)s->channels + (size_t)c];
    if (s->scale) v = s->scale[c] * v + s->shift[c];
    return s->relu && !(v > 0.0f) ? 0.0f : v;
}

// v > 0 ? x : slope * x, lane by lane.
LB_INLINE vf vleaky(vf v, vf x, vf slope) {
    const vi above = v > (vf){0};
    return (vf)((above & (vi)x) | (~above & (vi)(slope * x)));
}

#define LB_FLAT_PIECE 16384
