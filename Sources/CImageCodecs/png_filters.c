// Row filters of the PNG specification, section 9. What lies to the left of a row counts as zero.
//
// The Paeth filter makes every pixel wait for the one to its left. Where several rows in a row
// have it, they are undone together, each one pixel behind the row above: then the pixels in work
// do not wait for each other, and the row above is the neighbouring lane of the last step.
#include "png_filters.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static void undo_sub(uint8_t *row, size_t count, int step) {
    if (step == 1) {
        uint8_t left = 0;
        for (size_t i = 0; i < count; i++) row[i] = left = (uint8_t)(left + row[i]);
        return;
    }
    uint8_t high = 0, low = 0;
    for (size_t i = 0; i + 1 < count; i += 2) {
        row[i] = high = (uint8_t)(high + row[i]);
        row[i + 1] = low = (uint8_t)(low + row[i + 1]);
    }
}

static void undo_up(uint8_t *restrict row, const uint8_t *restrict above, size_t count) {
    for (size_t i = 0; i < count; i++) row[i] = (uint8_t)(row[i] + above[i]);
}

static void undo_average(uint8_t *row, const uint8_t *above, size_t count, int step) {
    const size_t start = (size_t)step;
    for (size_t i = 0; i < start && i < count; i++) row[i] = (uint8_t)(row[i] + (above[i] >> 1));
    for (size_t i = start; i < count; i++)
        row[i] = (uint8_t)(row[i] + ((row[i - start] + above[i]) >> 1));
}

// The Paeth predictor, written so that little waits for `left`: the same values as in the
// specification (F. Giesen's form).
static inline int predict(int left, int up, int corner) {
    const int limit = 3 * corner - up - left;
    const int low = left < up ? left : up, high = left < up ? up : left;
    const int inner = high <= limit ? low : corner;
    return limit <= low ? high : inner;
}

static void undo_paeth(uint8_t *row, const uint8_t *above, size_t count, int step) {
    int left[2] = {0, 0}, corner[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        const size_t lane = step == 1 ? 0 : i & 1;
        const int up = above[i];
        left[lane] = (uint8_t)(row[i] + predict(left[lane], up, corner[lane]));
        corner[lane] = up;
        row[i] = (uint8_t)left[lane];
    }
}

#ifdef __SSE2__
typedef struct {
    __m128i left, corner; // results of the last step; what was above them
} wave;

static inline __m128i either(__m128i mask, __m128i yes, __m128i no) {
    return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

// One step of all lanes (16 bits each): `raw` are the filtered bytes, `up` what is above them.
static inline __m128i advance(wave *state, __m128i raw, __m128i up) {
    const __m128i left = state->left, corner = state->corner;
    const __m128i triple = _mm_add_epi16(corner, _mm_add_epi16(corner, corner));
    const __m128i limit = _mm_sub_epi16(_mm_sub_epi16(triple, up), left);
    const __m128i low = _mm_min_epi16(left, up), high = _mm_max_epi16(left, up);
    const __m128i inner = either(_mm_cmpgt_epi16(high, limit), corner, low);
    const __m128i guess = either(_mm_cmpgt_epi16(limit, low), inner, high);
    state->left = _mm_add_epi8(raw, guess); // the high bytes are zero and stay so
    state->corner = up;
    return state->left;
}

// What is above the lanes of the next step: the lane before, and `above` for the first row.
static inline __m128i shift_in(__m128i left, int above, int step) {
    if (step == 1) return _mm_insert_epi16(_mm_slli_si128(left, 2), above, 0);
    const __m128i both = _mm_unpacklo_epi8(_mm_cvtsi32_si128(above), _mm_setzero_si128());
    return _mm_or_si128(_mm_slli_si128(left, 4), both);
}

static inline int pair(const uint8_t *at) { return at[0] | at[1] << 8; }

// A step in which some rows have not begun or have ended.
static void ragged_step(wave *state, uint8_t *first, const uint8_t *above, size_t stride,
    size_t pixels, size_t t, int step) {
    uint8_t bytes[16] = {0};
    const size_t rows = step == 1 ? 8 : 4, width = (size_t)step;
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < width; k++)
            if (t >= r && t - r < pixels)
                bytes[r * width + k] = first[r * stride + (t - r) * width + k];
    const int top = t < pixels ? (step == 1 ? above[t] : pair(above + 2 * t)) : 0;
    const __m128i raw =
        _mm_unpacklo_epi8(_mm_loadu_si128((const __m128i *)bytes), _mm_setzero_si128());
    const __m128i done = advance(state, raw, shift_in(state->left, top, step));
    _mm_storeu_si128((__m128i *)bytes, _mm_packus_epi16(done, done));
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < width; k++)
            if (t >= r && t - r < pixels)
                first[r * stride + (t - r) * width + k] = bytes[r * width + k];
}

// Eight rows of one-byte pixels, or four of two-byte pixels.
static void undo_paeth_rows(
    uint8_t *first, const uint8_t *above, size_t stride, size_t pixels, int step) {
    wave state = {_mm_setzero_si128(), _mm_setzero_si128()};
    const size_t rows = step == 1 ? 8 : 4, skew = stride - (size_t)step;
    size_t t = 0;
    for (; t < rows - 1; t++) ragged_step(&state, first, above, stride, pixels, t, step);
    if (step == 1) {
        for (; t < pixels; t++) {
            uint8_t *at = first + t;
            __m128i raw = _mm_cvtsi32_si128(at[0]);
            // clang-format off
#define TAKE(r) raw = _mm_insert_epi16(raw, at[(r) * skew], r);
            TAKE(1) TAKE(2) TAKE(3) TAKE(4) TAKE(5) TAKE(6) TAKE(7)
#undef TAKE
            const __m128i done = advance(&state, raw, shift_in(state.left, above[t], 1));
#define PUT(r) at[(r) * skew] = (uint8_t)_mm_extract_epi16(done, r);
            PUT(0) PUT(1) PUT(2) PUT(3) PUT(4) PUT(5) PUT(6) PUT(7)
#undef PUT
            // clang-format on
        }
    } else {
        for (; t < pixels; t++) {
            uint8_t *at = first + 2 * t;
            __m128i raw = _mm_cvtsi32_si128(pair(at));
            raw = _mm_insert_epi16(raw, pair(at + skew), 1);
            raw = _mm_insert_epi16(raw, pair(at + 2 * skew), 2);
            raw = _mm_insert_epi16(raw, pair(at + 3 * skew), 3);
            raw = _mm_unpacklo_epi8(raw, _mm_setzero_si128());
            const __m128i done = advance(&state, raw, shift_in(state.left, pair(above + 2 * t), 2));
            const __m128i bytes = _mm_packus_epi16(done, done);
#define PUT(r)                                        \
    {                                                 \
        const int both = _mm_extract_epi16(bytes, r); \
        at[(r)*skew] = (uint8_t)both;                 \
        at[(r)*skew + 1] = (uint8_t)(both >> 8);      \
    }
            PUT(0) PUT(1) PUT(2) PUT(3)
#undef PUT
        }
    }
    for (; t < pixels + rows - 1; t++) ragged_step(&state, first, above, stride, pixels, t, step);
}
#endif

// How many of the next rows can be undone together: 1 unless enough have the Paeth filter.
static size_t together(const uint8_t *row, size_t rows, size_t stride, size_t count, int step) {
#ifdef __SSE2__
    const size_t wanted = step == 1 ? 8 : 4;
    if (rows < wanted || count / (size_t)step < wanted) return 1;
    for (size_t r = 0; r < wanted; r++)
        if (row[r * stride - 1] != 4) return 1;
    return wanted;
#else
    (void)row, (void)rows, (void)stride, (void)count, (void)step;
    return 1;
#endif
}

int png_undo_filters(
    uint8_t *first, const uint8_t *above, size_t rows, size_t stride, size_t count, int step) {
    for (size_t y = 0; y < rows;) {
        uint8_t *row = first + y * stride;
        const size_t group = together(row, rows - y, stride, count, step);
#ifdef __SSE2__
        if (group > 1) {
            undo_paeth_rows(row, above, stride, count / (size_t)step, step);
            above = row + (group - 1) * stride;
            y += group;
            continue;
        }
#endif
        switch (row[-1]) {
        case 0: break;
        case 1: undo_sub(row, count, step); break;
        case 2: undo_up(row, above, count); break;
        case 3: undo_average(row, above, count, step); break;
        case 4: undo_paeth(row, above, count, step); break;
        default: return 0;
        }
        above = row;
        y += group;
    }
    return 1;
}
