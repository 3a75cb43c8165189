// Decoders and encoders around libpng, giflib, libjpeg-turbo and OpenJPEG, and the area-average
// reduction.
//
// libpng and libjpeg report errors with longjmp, which may not cross a Swift frame; every function
// here catches that jump and returns a status. None prints, exits or throws. Bytes come from
// memory, pixels are 16 bits: gray, or one plane of the colours.
#ifndef LIGHTBOX_IMAGE_CODECS_H
#define LIGHTBOX_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

#define CODEC_MESSAGE_BYTES 160

typedef enum {
    CODEC_OK = 0,
    CODEC_EMPTY,
    CODEC_WRONG_MAGIC,
    CODEC_TRUNCATED,
    CODEC_DAMAGED,
    CODEC_TOO_LARGE,
    CODEC_NO_MEMORY,
    CODEC_UNSUPPORTED, // a kind of the format that is not read; the message says which
    CODEC_NO_LIBRARY // the program was built without the format's library
} codec_status;

// What of the colours becomes pixels: luma, or one of the three. A file without colours has one
// plane, which is each of them.
typedef enum {
    CODEC_PLANE_LUMA = 0,
    CODEC_PLANE_RED,
    CODEC_PLANE_GREEN,
    CODEC_PLANE_BLUE
} codec_plane;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint16_t maximum; // value of white in the decoded rows: 255 or 65535
    uint8_t bit_depth; // as stored in the file: 1, 2, 4, 8 or 16
    uint8_t colour_type; // PNG colour type 0, 2, 3, 4, 6; 3 for GIF
    uint8_t interlaced;
    uint8_t transparent; // alpha channel or transparent colour
} codec_info;

// Area average: exact fractional coverage, in integers, fed one row at a time.

typedef struct codec_area codec_area;

// NULL when memory is short. Sides are 1...65535.
codec_area *codec_area_create(
    uint32_t width, uint32_t height, uint32_t out_width, uint32_t out_height);
// Adds the next source row (`width` values, top to bottom).
void codec_area_add(codec_area *area, const uint16_t *row);
// Writes out_width * out_height means, in units of the source values; returns the largest source
// value. Every row must have been added.
uint16_t codec_area_finish(const codec_area *area, float *means);
void codec_area_destroy(codec_area *area);

// PNG, row by row. An interlaced file is decoded whole inside the reader.

typedef struct codec_png codec_png;

// Reads the header. On failure `*reader` is NULL. `message` has CODEC_MESSAGE_BYTES.
codec_status codec_png_open(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_png **reader, codec_info *info, char *message);
// Decodes all rows into `pixels` (width * height).
codec_status codec_png_decode(
    codec_png *reader, codec_plane plane, uint16_t *pixels, char *message);
// Decodes all rows into `area`.
codec_status codec_png_reduce(codec_png *reader, codec_area *area, char *message);
// Lets libpng read the rows even where there is a quicker way: the oracle of tests.
void codec_png_plainly(codec_png *reader);
void codec_png_close(codec_png *reader);

typedef enum {
    CODEC_GRAY_1 = 0, // one byte a pixel, 0 or 1
    CODEC_GRAY_8, // one byte a pixel
    CODEC_GRAY_16, // one native uint16_t a pixel
    CODEC_RGB_8 // three bytes a pixel
} codec_layout;

// Encodes into a buffer that the caller releases with codec_free. `level` is zlib's 0...9.
codec_status codec_png_encode(const void *pixels, uint32_t width, uint32_t height,
    codec_layout layout, int level, uint8_t **bytes, size_t *count, char *message);

// First frame of a GIF, in a buffer that the caller releases with codec_free. With `pixels` NULL
// only the header is read.
codec_status codec_gif_decode(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_plane plane, codec_info *info, uint16_t **pixels, char *message);
// Two-colour GIF of a mask: one byte a pixel, zero is black, all else white.
codec_status codec_gif_encode(const uint8_t *mask, uint32_t width, uint32_t height, uint8_t **bytes,
    size_t *count, char *message);

// JPEG: 8 bits, baseline or progressive, gray or three colours.

typedef enum {
    CODEC_JPEG_TOLD = 0, // the file's own markers say what its colours are
    CODEC_JPEG_RGB, // its three components are red, green and blue
    CODEC_JPEG_YCBCR // its three components are luma and two chromas
} codec_jpeg_colours;

// 1 where the program was built with the library.
int codec_has_jpeg(void);
int codec_has_jpeg2000(void);

// The picture, in a buffer that the caller releases with codec_free. With `pixels` NULL only the
// header is read.
codec_status codec_jpeg_decode(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_jpeg_colours colours, codec_plane plane, codec_info *info, uint16_t **pixels,
    char *message);

// Pictures inside DICOM files. What the file says about the picture must hold of it.

typedef struct {
    uint32_t width, height;
    uint32_t components; // 1 or 3
} codec_extents;

// Decodes into `samples`: width * height * components values, components innermost.
codec_status codec_jpeg2000_decode(const uint8_t *bytes, size_t count, const codec_extents *wanted,
    int32_t *samples, char *message);

// Masks: which distinct pixel values a file has, and the number of each pixel's value in that list.

#define CODEC_MASK_VALUES 256

typedef struct {
    uint16_t red, green, blue, alpha; // as decoded, 0...maximum; all 0 where alpha is 0
} codec_value;

typedef struct {
    codec_value values[CODEC_MASK_VALUES]; // in the order of their first pixels
    uint32_t count;
    uint32_t surplus; // 1 when there are more; numbers then say nothing
} codec_values;

// Decodes all rows into `numbers` (width * height).
codec_status codec_png_mask(
    codec_png *reader, uint8_t *numbers, codec_values *values, char *message);
// The first frame of a GIF, in a buffer that the caller releases with codec_free. What the frame
// leaves free of the canvas is transparent.
codec_status codec_gif_mask(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_info *info, uint8_t **numbers, codec_values *values, char *message);

void codec_free(void *buffer);

#endif
