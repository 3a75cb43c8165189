// Undoes PNG row filters for one and two bytes a pixel.
#ifndef LIGHTBOX_PNG_FILTERS_H
#define LIGHTBOX_PNG_FILTERS_H

#include <stddef.h>
#include <stdint.h>

// Rows that `png_undo_filters` wants to see together when all of them have the Paeth filter.
enum { PNG_PAETH_ROWS = 8 };

// Undoes the filters of `rows` rows of `count` bytes, `stride` apart, in place. The byte before
// each row names its filter; `above` is the row before the first. `step` is 1 or 2 bytes a pixel.
// Returns 0 when a filter is unknown.
int png_undo_filters(
    uint8_t *first, const uint8_t *above, size_t rows, size_t stride, size_t count, int step);

#endif
