// PNG encoding through libpng into memory.
#include <png.h>
#include <setjmp.h>

#include "codec_buffer.h"

typedef struct {
    codec_buffer buffer;
    char message[CODEC_MESSAGE_BYTES];
} sink;

static void on_error(png_structp png, png_const_charp text) {
    sink *target = png_get_error_ptr(png);
    codec_say(target->message, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void on_write(png_structp png, png_bytep from, png_size_t count) {
    sink *target = png_get_io_ptr(png);
    if (!codec_append(&target->buffer, from, count)) png_error(png, "out of memory");
}

static void on_flush(png_structp png) { (void)png; }

// The only frame that libpng may jump to.
static int write_all(png_structp png, png_infop info, sink *target, const uint8_t *pixels,
    uint32_t width, uint32_t height, codec_layout layout, int level) {
    if (setjmp(png_jmpbuf(png))) return 0;
    static const int depths[] = {1, 8, 16, 8};
    static const size_t pixel_bytes[] = {1, 1, 2, 3};
    png_set_write_fn(png, target, on_write, on_flush);
    png_set_compression_level(png, level);
    png_set_IHDR(png, info, width, height, depths[layout],
        layout == CODEC_RGB_8 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (level <= 1 && layout != CODEC_GRAY_1) png_set_filter(png, 0, PNG_FILTER_SUB);
    png_write_info(png, info);
    if (layout == CODEC_GRAY_1) png_set_packing(png);
    if (layout == CODEC_GRAY_16) png_set_swap(png);
    for (size_t y = 0; y < height; y++)
        png_write_row(png, pixels + y * width * pixel_bytes[layout]);
    png_write_end(png, info);
    return 1;
}

codec_status codec_png_encode(const void *pixels, uint32_t width, uint32_t height,
    codec_layout layout, int level, uint8_t **bytes, size_t *count, char *message) {
    *bytes = NULL;
    *count = 0;
    codec_say(message, "");
    sink target = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &target, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int done = info && write_all(png, info, &target, pixels, width, height, layout, level);
    png_destroy_write_struct(&png, &info);
    if (!done) {
        codec_say(message, target.message);
        free(target.buffer.bytes);
        return target.buffer.failed || !target.message[0] ? CODEC_NO_MEMORY : CODEC_DAMAGED;
    }
    *bytes = target.buffer.bytes;
    *count = target.buffer.count;
    return CODEC_OK;
}
