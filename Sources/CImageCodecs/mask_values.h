// Collects the distinct pixel values of a mask.
#ifndef LIGHTBOX_MASK_VALUES_H
#define LIGHTBOX_MASK_VALUES_H

#include "codec_buffer.h"

// The number of a value, which joins the list when it is new. Once there are too many, no file is a
// mask, and none is looked up.
static inline uint8_t mask_number(codec_values *all, codec_value value) {
    if (all->surplus) return 0;
    if (value.alpha == 0) value = (codec_value){0, 0, 0, 0};
    for (uint32_t i = 0; i < all->count; i++) {
        const codec_value known = all->values[i];
        if (known.red == value.red && known.green == value.green && known.blue == value.blue
            && known.alpha == value.alpha)
            return (uint8_t)i;
    }
    if (all->count == CODEC_MASK_VALUES) {
        all->surplus = 1;
        return 0;
    }
    all->values[all->count] = value;
    return (uint8_t)all->count++;
}

#endif
