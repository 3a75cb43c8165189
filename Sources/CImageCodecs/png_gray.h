// The quick way through the most common radiographs: PNG, gray, 8 or 16 bits, not interlaced.
#ifndef LIGHTBOX_PNG_GRAY_H
#define LIGHTBOX_PNG_GRAY_H

#include "codec_buffer.h"

// Decodes all rows into `pixels` and `area` (either may be NULL), checking the checksum of every
// IDAT chunk and of the whole stream. The caller has read the header and knows that it fits.
codec_status codec_png_gray(const codec_cursor *file, const codec_info *header, uint16_t *pixels,
    codec_area *area, char *message);

#endif
