// JPEG through libjpeg-turbo: baseline and progressive, 8 bits, gray or three colours, one plane.
#include "codec_buffer.h"

#if __has_include(<jpeglib.h>)

#include <setjmp.h>

#include <jerror.h>
#include <jpeglib.h>

enum {
    // Every scan passes over the whole picture; encoders write a dozen.
    SCAN_LIMIT = 100,
    // A block of 8 x 8 pixels takes a bit at least.
    PIXELS_PER_BYTE = 8 * 64
};

typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf jump;
    uint16_t *pixels;
    uint8_t *row;
    codec_plane plane;
    codec_status status;
    char message[JMSG_LENGTH_MAX];
} reader;

static void stop(reader *r, codec_status status, const char *text) {
    r->status = status;
    snprintf(r->message, sizeof r->message, "%s", text);
    longjmp(r->jump, 1);
}

static void on_error(j_common_ptr jpeg) {
    reader *r = jpeg->client_data;
    const int code = jpeg->err->msg_code;
    codec_status status = CODEC_DAMAGED;
    if (code == JERR_OUT_OF_MEMORY) status = CODEC_NO_MEMORY;
    if (code == JERR_SOF_UNSUPPORTED || code == JERR_BAD_PRECISION || code == JERR_ARITH_NOTIMPL)
        status = CODEC_UNSUPPORTED;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    stop(r, status, text);
}

// libjpeg fills what it cannot read with gray and warns: such a picture is not taken.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR: return;
    default: on_error(jpeg);
    }
}

static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
    reader *r = jpeg->client_data;
    if (r->jpeg.input_scan_number > SCAN_LIMIT)
        stop(r, CODEC_DAMAGED, "it has more than 100 scans");
}

static void on_source(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean on_fill(j_decompress_ptr jpeg) {
    stop(jpeg->client_data, CODEC_TRUNCATED, "the file ends early");
    return FALSE;
}

static void on_skip(j_decompress_ptr jpeg, long count) {
    struct jpeg_source_mgr *source = jpeg->src;
    if (count <= 0) return;
    if ((size_t)count > source->bytes_in_buffer) on_fill(jpeg);
    source->next_input_byte += count;
    source->bytes_in_buffer -= (size_t)count;
}

// Chooses the colours that rows come out in.
static void choose_colours(reader *r, codec_jpeg_colours colours) {
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    if (jpeg->num_components == 4) stop(r, CODEC_UNSUPPORTED, "has four colours (CMYK)");
    if (jpeg->num_components != 1 && jpeg->num_components != 3)
        stop(r, CODEC_UNSUPPORTED, "has neither one colour nor three");
    if (jpeg->num_components == 3 && colours == CODEC_JPEG_RGB) jpeg->jpeg_color_space = JCS_RGB;
    if (jpeg->num_components == 3 && colours == CODEC_JPEG_YCBCR)
        jpeg->jpeg_color_space = JCS_YCbCr;
    jpeg->out_color_space = jpeg->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg->dct_method = JDCT_ISLOW;
}

static void read_rows(reader *r) {
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    jpeg_start_decompress(jpeg);
    const size_t width = jpeg->output_width;
    for (size_t y = 0; y < jpeg->output_height; y++) {
        JSAMPROW row = r->row;
        jpeg_read_scanlines(jpeg, &row, 1);
        uint16_t *gray = r->pixels + y * width;
        if (jpeg->output_components == 1)
            for (size_t x = 0; x < width; x++) gray[x] = row[x];
        else
            for (size_t x = 0; x < width; x++, row += 3)
                gray[x] = codec_of(r->plane, row[0], row[1], row[2]);
    }
    jpeg_finish_decompress(jpeg);
}

// The only frame that libjpeg may jump to.
static codec_status decode(reader *r, uint64_t pixel_limit, codec_jpeg_colours colours,
    size_t count, codec_info *info, int wants_pixels) {
    if (setjmp(r->jump)) return r->status;
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    jpeg_create_decompress(jpeg);
    jpeg->client_data = r;
    jpeg->src = &r->source;
    jpeg->progress = &r->progress;
    jpeg_read_header(jpeg, TRUE);
    const uint64_t pixels = (uint64_t)jpeg->image_width * jpeg->image_height;
    *info = (codec_info){.width = jpeg->image_width,
        .height = jpeg->image_height,
        .maximum = 255,
        .bit_depth = 8,
        .colour_type = jpeg->num_components == 1 ? 0 : 2};
    if (pixels > pixel_limit) return CODEC_TOO_LARGE;
    if (jpeg->arith_code) stop(r, CODEC_UNSUPPORTED, "is coded arithmetically");
    if (pixels / PIXELS_PER_BYTE > count)
        stop(r, CODEC_DAMAGED, "it declares more pixels than the file can hold");
    choose_colours(r, colours);
    if (!wants_pixels) return CODEC_OK;
    r->pixels = malloc(pixels * sizeof *r->pixels);
    r->row = malloc((size_t)jpeg->image_width * 3);
    if (!r->pixels || !r->row) return CODEC_NO_MEMORY;
    read_rows(r);
    return CODEC_OK;
}

int codec_has_jpeg(void) { return 1; }

codec_status codec_jpeg_decode(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_jpeg_colours colours, codec_plane plane, codec_info *info, uint16_t **pixels,
    char *message) {
    *info = (codec_info){0};
    if (pixels) *pixels = NULL;
    codec_say(message, "");
    if (count == 0) return CODEC_EMPTY;
    if (count < 3 || memcmp(bytes, "\xFF\xD8\xFF", 3) != 0) return CODEC_WRONG_MAGIC;
    reader *r = calloc(1, sizeof *r);
    if (!r) return CODEC_NO_MEMORY;
    r->plane = plane;
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
    r->errors.output_message = on_output;
    r->progress.progress_monitor = on_progress;
    r->source = (struct jpeg_source_mgr){.next_input_byte = bytes,
        .bytes_in_buffer = count,
        .init_source = on_source,
        .fill_input_buffer = on_fill,
        .skip_input_data = on_skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = on_source};
    const codec_status status = decode(r, pixel_limit, colours, count, info, pixels != NULL);
    codec_say(message, r->message);
    jpeg_destroy_decompress(&r->jpeg);
    if (status == CODEC_OK && pixels)
        *pixels = r->pixels;
    else
        free(r->pixels);
    free(r->row);
    free(r);
    return status;
}

#else

int codec_has_jpeg(void) { return 0; }

codec_status codec_jpeg_decode(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_jpeg_colours colours, codec_plane plane, codec_info *info, uint16_t **pixels,
    char *message) {
    (void)bytes, (void)count, (void)pixel_limit, (void)colours, (void)plane;
    *info = (codec_info){0};
    if (pixels) *pixels = NULL;
    return codec_refuse(CODEC_NO_LIBRARY, message, "libjpeg-turbo");
}

#endif
