// PNG decoding through libpng: every colour type and bit depth to 16-bit rows of one plane.
#include <png.h>
#include <setjmp.h>

#include "codec_buffer.h"
#include "mask_values.h"
#include "png_gray.h"

struct codec_png {
    png_structp png;
    png_infop info;
    codec_cursor cursor;
    codec_info header;
    int channels; // of the transformed rows: 1 gray, 2 gray alpha, 3 RGB, 4 RGB alpha
    uint8_t *row; // one transformed row, or the whole image when interlaced
    uint16_t *gray; // one gray row
    png_bytep *rows; // row pointers when interlaced
    size_t row_bytes;
    size_t packed_bytes; // of a row as stored
    codec_plane plane; // of the rows that are converted
    int plain; // libpng reads the rows even where there is a quicker way
    char message[CODEC_MESSAGE_BYTES];
};

static void on_error(png_structp png, png_const_charp text) {
    codec_png *reader = png_get_error_ptr(png);
    codec_say(reader->message, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void on_read(png_structp png, png_bytep into, png_size_t wanted) {
    codec_png *reader = png_get_io_ptr(png);
    if (codec_take(&reader->cursor, into, wanted) < wanted) png_error(png, "the file ends early");
}

static codec_status failure(const codec_png *reader, char *message) {
    codec_say(message, reader->message);
    return reader->cursor.ended ? CODEC_TRUNCATED : CODEC_DAMAGED;
}

void codec_png_plainly(codec_png *reader) { reader->plain = 1; }

void codec_png_close(codec_png *reader) {
    if (!reader) return;
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader->row);
    free(reader->gray);
    free(reader->rows);
    free(reader);
}

// Reads the chunks before the pixels and asks for expanded samples.
static int read_header(codec_png *reader) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_structp png = reader->png;
    png_infop info = reader->info;
    png_set_read_fn(png, reader, on_read);
    png_set_user_limits(png, 65535, 65535);
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 8u << 20);
    png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_OFF);
    png_read_info(png, info);

    codec_info *header = &reader->header;
    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    header->bit_depth = png_get_bit_depth(png, info);
    header->colour_type = png_get_color_type(png, info);
    header->interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
    header->transparent = (header->colour_type & PNG_COLOR_MASK_ALPHA) != 0
        || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    header->maximum = header->bit_depth == 16 ? 65535 : 255;
    reader->packed_bytes = png_get_rowbytes(png, info);
    png_set_expand(png);
    if (header->bit_depth == 16) png_set_swap(png);
    if (header->interlaced) png_set_interlace_handling(png);
    png_read_update_info(png, info);
    reader->channels = png_get_channels(png, info);
    reader->row_bytes = png_get_rowbytes(png, info);
    return 1;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// True when the size at the place that every PNG has it is above the limits: nothing is allocated
// for such a file, and libpng would not say how large it claims to be.
static int declares_too_much(const uint8_t *bytes, size_t count, uint64_t limit, codec_info *info) {
    if (count < 24 || memcmp(bytes + 12, "IHDR", 4) != 0) return 0;
    const uint32_t width = big_endian(bytes + 16), height = big_endian(bytes + 20);
    if (width <= 65535 && height <= 65535 && (uint64_t)width * height <= limit) return 0;
    *info = (codec_info){.width = width, .height = height};
    return 1;
}

// True when no file of this length can hold the pixels that it declares: deflate makes of one byte
// at most 1032. A bomb of few bytes is refused here, before memory for its pixels is asked for.
static int is_too_short(const codec_png *reader) {
    return (uint64_t)reader->packed_bytes * reader->header.height / 1040 > reader->cursor.count;
}

codec_status codec_png_open(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_png **result, codec_info *info, char *message) {
    *result = NULL;
    codec_say(message, "");
    if (count == 0) return CODEC_EMPTY;
    if (png_sig_cmp(bytes, 0, count < 8 ? count : 8)) return CODEC_WRONG_MAGIC;
    if (declares_too_much(bytes, count, pixel_limit, info)) return CODEC_TOO_LARGE;
    codec_png *reader = calloc(1, sizeof *reader);
    if (!reader) return CODEC_NO_MEMORY;
    reader->cursor = (codec_cursor){bytes, count, 0, 0};
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->info) {
        codec_png_close(reader);
        return CODEC_NO_MEMORY;
    }
    if (!read_header(reader)) {
        codec_status status = failure(reader, message);
        codec_png_close(reader);
        return status;
    }
    *info = reader->header;
    if (is_too_short(reader)) {
        codec_say(message, "it is too short for the pixels that it declares");
        codec_png_close(reader);
        return CODEC_TRUNCATED;
    }
    *result = reader;
    return CODEC_OK;
}

// Rec. 601 luma in 1/65536, the weights of most image libraries.
static inline uint32_t luma(uint32_t red, uint32_t green, uint32_t blue) {
    return (uint32_t)((19595ull * red + 38470ull * green + 7471ull * blue + 32768) >> 16);
}

// What a plane has of a pixel of three samples.
static inline uint32_t plane_of(codec_plane plane, uint32_t red, uint32_t green, uint32_t blue) {
    switch (plane) {
    case CODEC_PLANE_RED: return red;
    case CODEC_PLANE_GREEN: return green;
    case CODEC_PLANE_BLUE: return blue;
    default: return luma(red, green, blue);
    }
}

// Gray on black: what is transparent shows nothing.
static inline uint16_t over_black(uint32_t value, uint32_t alpha, uint32_t maximum) {
    return (uint16_t)(((uint64_t)value * alpha + maximum / 2) / maximum);
}

#define CONVERT_ROW(type)                                                                   \
    static void convert_##type(const void *row, uint16_t *gray, size_t width, int channels, \
        codec_plane plane, uint32_t maximum) {                                              \
        const type *in = row;                                                               \
        switch (channels) {                                                                 \
        case 1:                                                                             \
            for (size_t x = 0; x < width; x++) gray[x] = in[x];                             \
            break;                                                                          \
        case 2:                                                                             \
            for (size_t x = 0; x < width; x++, in += 2)                                     \
                gray[x] = over_black(in[0], in[1], maximum);                                \
            break;                                                                          \
        case 3:                                                                             \
            for (size_t x = 0; x < width; x++, in += 3)                                     \
                gray[x] = (uint16_t)plane_of(plane, in[0], in[1], in[2]);                   \
            break;                                                                          \
        default:                                                                            \
            for (size_t x = 0; x < width; x++, in += 4)                                     \
                gray[x] = over_black(plane_of(plane, in[0], in[1], in[2]), in[3], maximum); \
        }                                                                                   \
    }
CONVERT_ROW(uint8_t)
CONVERT_ROW(uint16_t)

// Masks are long runs of one value: only where the value changes is it looked up.
#define NUMBER_ROW(type)                                                                     \
    static void number_##type(const void *row, uint8_t *numbers, size_t width, int channels, \
        uint16_t maximum, codec_values *values) {                                            \
        const type *in = row;                                                                \
        const size_t step = (size_t)channels, bytes = step * sizeof *in;                     \
        for (size_t x = 0; x < width; x++, in += step) {                                     \
            if (x > 0 && (step == 1 ? in[0] == in[-1] : !memcmp(in, in - step, bytes))) {    \
                numbers[x] = numbers[x - 1];                                                 \
                continue;                                                                    \
            }                                                                                \
            const int colour = channels > 2;                                                 \
            const codec_value value = {.red = in[0],                                         \
                .green = colour ? in[1] : in[0],                                             \
                .blue = colour ? in[2] : in[0],                                              \
                .alpha = channels % 2 == 0 ? in[channels - 1] : maximum};                    \
            numbers[x] = mask_number(values, value);                                         \
        }                                                                                    \
    }
NUMBER_ROW(uint8_t)
NUMBER_ROW(uint16_t)

static int allocate_rows(codec_png *reader) {
    const codec_info *header = &reader->header;
    size_t rows = header->interlaced ? header->height : 1;
    reader->row = malloc(rows * reader->row_bytes);
    reader->gray = malloc(header->width * sizeof *reader->gray);
    if (!reader->row || !reader->gray) return 0;
    if (!header->interlaced) return 1;
    reader->rows = malloc(rows * sizeof *reader->rows);
    if (!reader->rows) return 0;
    for (size_t y = 0; y < rows; y++) reader->rows[y] = reader->row + y * reader->row_bytes;
    return 1;
}

// Where the rows go: any of the three may be NULL.
typedef struct {
    uint16_t *pixels;
    codec_area *area;
    uint8_t *numbers;
    codec_values *values;
} row_sink;

static void take_row(codec_png *reader, const uint8_t *row, size_t y, const row_sink *sink) {
    const size_t width = reader->header.width;
    const uint16_t maximum = reader->header.maximum;
    if (sink->numbers) {
        uint8_t *numbers = sink->numbers + y * width;
        if (maximum == 255)
            number_uint8_t(row, numbers, width, reader->channels, maximum, sink->values);
        else
            number_uint16_t(row, numbers, width, reader->channels, maximum, sink->values);
        return;
    }
    uint16_t *gray = sink->pixels ? sink->pixels + y * width : reader->gray;
    if (maximum == 255)
        convert_uint8_t(row, gray, width, reader->channels, reader->plane, maximum);
    else
        convert_uint16_t(row, gray, width, reader->channels, reader->plane, maximum);
    if (sink->area) codec_area_add(sink->area, gray);
}

// The only frame that libpng may jump to while pixels are read.
static int read_rows(codec_png *reader, const row_sink *sink) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    const codec_info *header = &reader->header;
    if (header->interlaced) png_read_image(reader->png, reader->rows);
    for (size_t y = 0; y < header->height; y++) {
        if (!header->interlaced) png_read_row(reader->png, reader->row, NULL);
        take_row(reader, header->interlaced ? reader->rows[y] : reader->row, y, sink);
    }
    png_read_end(reader->png, NULL);
    return 1;
}

static codec_status run(codec_png *reader, const row_sink *sink, char *message) {
    codec_say(message, "");
    const codec_info *header = &reader->header;
    if (header->colour_type == PNG_COLOR_TYPE_GRAY && header->bit_depth >= 8 && !header->interlaced
        && !header->transparent && !reader->plain && !sink->numbers)
        return codec_png_gray(&reader->cursor, header, sink->pixels, sink->area, message);
    if (!reader->row && !allocate_rows(reader)) return CODEC_NO_MEMORY;
    return read_rows(reader, sink) ? CODEC_OK : failure(reader, message);
}

codec_status codec_png_decode(
    codec_png *reader, codec_plane plane, uint16_t *pixels, char *message) {
    reader->plane = plane;
    return run(reader, &(row_sink){.pixels = pixels}, message);
}

codec_status codec_png_reduce(codec_png *reader, codec_area *area, char *message) {
    return run(reader, &(row_sink){.area = area}, message);
}

codec_status codec_png_mask(
    codec_png *reader, uint8_t *numbers, codec_values *values, char *message) {
    *values = (codec_values){.count = 0};
    return run(reader, &(row_sink){.numbers = numbers, .values = values}, message);
}
