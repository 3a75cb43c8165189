// Area-average reduction. In units of 1/out_width (1/out_height) every overlap of a source pixel
// and a target pixel is an integer, so all sums are exact and independent of their order.
#include <stdlib.h>
#include <string.h>

#include "image_codecs.h"

struct codec_area {
    uint32_t width, height, out_width, out_height;
    uint32_t row; // source rows added so far
    uint32_t out_row; // target row in work
    uint16_t maximum; // largest source value so far
    uint32_t *whole; // per column: sum of the rows that lie wholly inside the target row
    uint64_t *partial; // per column: overlap-weighted sum of the rows cut by its border
    uint64_t *sums; // out_height * out_width
};

codec_area *codec_area_create(
    uint32_t width, uint32_t height, uint32_t out_width, uint32_t out_height) {
    if (!width || !height || !out_width || !out_height) return NULL;
    if (width > 65535 || height > 65535 || out_width > 65535 || out_height > 65535) return NULL;
    codec_area *area = calloc(1, sizeof *area);
    if (!area) return NULL;
    area->width = width;
    area->height = height;
    area->out_width = out_width;
    area->out_height = out_height;
    area->whole = calloc(width, sizeof *area->whole);
    area->partial = calloc(width, sizeof *area->partial);
    area->sums = calloc((size_t)out_width * out_height, sizeof *area->sums);
    if (!area->whole || !area->partial || !area->sums) {
        codec_area_destroy(area);
        return NULL;
    }
    return area;
}

void codec_area_destroy(codec_area *area) {
    if (!area) return;
    free(area->whole);
    free(area->partial);
    free(area->sums);
    free(area);
}

// Reduces the finished column sums to one target row and clears them.
static void flush(codec_area *area) {
    const uint64_t width = area->width, out_width = area->out_width;
    uint64_t *target = area->sums + (size_t)area->out_row * out_width;
    uint64_t *column = area->partial;
    for (size_t x = 0; x < width; x++) column[x] += (uint64_t)area->whole[x] * area->out_height;
    for (uint64_t j = 0; j < out_width; j++) {
        const uint64_t from = j * width, to = from + width;
        const uint64_t first = from / out_width, last = (to - 1) / out_width;
        if (first == last) {
            target[j] = column[first] * width;
            continue;
        }
        uint64_t inside = 0;
        for (uint64_t x = first + 1; x < last; x++) inside += column[x];
        target[j] = inside * out_width + column[first] * ((first + 1) * out_width - from)
            + column[last] * (to - last * out_width);
    }
    memset(area->whole, 0, width * sizeof *area->whole);
    memset(area->partial, 0, width * sizeof *area->partial);
    area->out_row++;
}

void codec_area_add(codec_area *area, const uint16_t *row) {
    if (area->row >= area->height) return;
    const size_t width = area->width;
    uint16_t maximum = area->maximum;
    uint64_t low = (uint64_t)area->row * area->out_height;
    const uint64_t high = low + area->out_height;
    for (size_t x = 0; x < width; x++) maximum = row[x] > maximum ? row[x] : maximum;
    area->maximum = maximum;
    while (low < high) {
        const uint64_t border = ((uint64_t)area->out_row + 1) * area->height;
        const uint64_t overlap = (high < border ? high : border) - low;
        if (overlap == area->out_height) {
            uint32_t *whole = area->whole;
            for (size_t x = 0; x < width; x++) whole[x] += row[x];
        } else {
            uint64_t *partial = area->partial;
            for (size_t x = 0; x < width; x++) partial[x] += overlap * row[x];
        }
        low += overlap;
        if (low == border) flush(area);
    }
    area->row++;
}

uint16_t codec_area_finish(const codec_area *area, float *means) {
    const double pixels = (double)area->width * area->height;
    const size_t count = (size_t)area->out_width * area->out_height;
    for (size_t i = 0; i < count; i++) means[i] = (float)((double)area->sums[i] / pixels);
    return area->maximum;
}

void codec_free(void *buffer) { free(buffer); }
