// Stage PAINT in OpenGL: creates the painter in the host's context and paints frames. Goes
// through the operations in order; each kind has its own file in this folder.
#include <gpu/gl/painter.h>

#include <string.h>
#include <time.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>

// Folded textures: 2048 texels a row, which every ES 3.0 driver has.
enum { FOLD = 11 };
// Smaller images are gone before a buffer is mapped. In software there is no one who could
// read a buffer meanwhile: it is one copy more.
enum { STREAM_FROM = 1 << 18 };

static bool is_software(const char *renderer)
{
    static const char *const names[] = {"llvmpipe",
                                        "softpipe",
                                        "swrast",
                                        "SwiftShader",
                                        "Software Rasterizer",
                                        "GDI Generic",
                                        "Basic Render Driver",
                                        "WARP"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strstr(renderer, names[i]))
            return true;
    }
    return false;
}

static bool check_version(struct plt_gl *gl, bool *es)
{
    const char *version = (const char *)gl->api.GetString(GL_VERSION);
    int major = 0, minor = 0;
    if (!plt_gl_api_version(version, es, &major, &minor)) {
        plt_error(gl->log, GL_UNAVAILABLE, "OpenGL: no current context (version '%s')",
                  version ? version : "");
        return false;
    }
    if (*es ? major >= 3 : major > 3 || (major == 3 && minor >= 3))
        return true;
    plt_error(gl->log, GL_UNAVAILABLE,
              "OpenGL: version '%s' is older than OpenGL 3.3 or OpenGL ES 3.0", version);
    return false;
}

static int log2_floor(GLint value)
{
    int log2 = 0;
    while (value >> (log2 + 1))
        log2++;
    return log2;
}

static void make_arrays(struct plt_gl *gl)
{
    static const GLuint attributes[PLT_GL_NUM_ARRAYS] = {
        [PLT_GL_ARRAY_RECTS] = 1, [PLT_GL_ARRAY_SEGMENTS] = 1, [PLT_GL_ARRAY_GLYPHS] = 3,
        [PLT_GL_ARRAY_TINTS] = 2, [PLT_GL_ARRAY_MARKERS] = 4,
    };
    const struct plt_gl_api *api = &gl->api;
    GLint before = 0;
    api->GetIntegerv(GL_VERTEX_ARRAY_BINDING, &before);
    api->GenVertexArrays(PLT_GL_NUM_ARRAYS, gl->arrays);
    for (int i = 0; i < PLT_GL_NUM_ARRAYS; i++) {
        api->BindVertexArray(gl->arrays[i]);
        for (GLuint j = 0; j < attributes[i]; j++) {
            api->EnableVertexAttribArray(j);
            api->VertexAttribDivisor(j, 1);
        }
    }
    api->BindVertexArray((GLuint)before);
}

static bool open_context(struct plt_gl *gl, const struct plt_gl_params *params)
{
    const char *missing = plt_gl_api_load(&gl->api, params->get_proc_address, params->user);
    if (missing) {
        plt_error(gl->log, GL_UNAVAILABLE, "OpenGL: the context lacks %s", missing);
        return false;
    }
    bool es = false;
    if (!check_version(gl, &es))
        return false;
    const char *renderer = (const char *)gl->api.GetString(GL_RENDERER);
    gl->renderer = plt_strdup(renderer);
    if (!gl->renderer) {
        plt_no_memory(gl->log, "the OpenGL painter");
        return false;
    }
    gl->software = is_software(gl->renderer);
    gl->api.GetIntegerv(GL_MAX_TEXTURE_SIZE, &gl->max_texture);
    gl->api.GetIntegerv(GL_MAX_ARRAY_TEXTURE_LAYERS, &gl->max_layers);
    gl->tile = log2_floor(gl->max_texture);
    gl->fold = gl->tile < FOLD ? gl->tile : FOLD;
    gl->stream_from = gl->software ? SIZE_MAX : STREAM_FROM;
    if (!plt_gl_programs_create(&gl->api, es, gl->log, gl->programs))
        return false;
    make_arrays(gl);
    return true;
}

struct plt_gl *plt_gl_create(const struct plt_gl_params *params)
{
    plt_require(NULL, params && params->get_proc_address, NULL);
    struct plt_gl *gl = plt_calloc(1, sizeof(*gl));
    if (!gl) {
        plt_no_memory(params->log, "the OpenGL painter");
        return NULL;
    }
    gl->log = plt_log_ref(params->log);
    plt_frame_init(&gl->frame);
    if (open_context(gl, params))
        return gl;
    plt_free(gl->renderer);
    plt_log_unref(gl->log);
    plt_free(gl);
    return NULL;
}

static void delete_objects(struct plt_gl *gl)
{
    const struct plt_gl_api *api = &gl->api;
    const GLuint buffers[] = {gl->rects.name, gl->tints.name, gl->segments.name,
                              gl->glyphs.name, gl->markers.name};
    const GLuint textures[] = {gl->columns.name, gl->spans.name, gl->shapes.name,
                               gl->coverage};
    plt_gl_textures_trim(gl, true);
    plt_gl_device_finish(gl);
    plt_gl_programs_destroy(api, gl->programs);
    api->DeleteBuffers(5, buffers);
    api->DeleteBuffers(2, gl->stream);
    api->DeleteTextures(4, textures);
    api->DeleteFramebuffers(1, &gl->coverage_fbo);
    api->DeleteVertexArrays(PLT_GL_NUM_ARRAYS, gl->arrays);
}

void plt_gl_abandon(struct plt_gl *gl)
{
    if (!gl)
        return;
    gl->lost = true;
    gl->device = (struct plt_gl_device){.refused = true}; // there is nothing to give back
    plt_gl_store_finish(&gl->rects);
    plt_gl_store_finish(&gl->tints);
    plt_gl_store_finish(&gl->segments);
    plt_gl_store_finish(&gl->glyphs);
    plt_gl_store_finish(&gl->columns);
    plt_gl_store_finish(&gl->spans);
    plt_gl_store_finish(&gl->markers);
    plt_gl_store_finish(&gl->shapes);
    plt_free(gl->textures);
    gl->textures = NULL;
    gl->num_textures = gl->cap_textures = 0;
}

void plt_gl_destroy(struct plt_gl *gl)
{
    if (!gl)
        return;
    if (!gl->lost)
        delete_objects(gl);
    plt_gl_abandon(gl);
    plt_frame_finish(&gl->frame);
    plt_free(gl->renderer);
    plt_log_unref(gl->log);
    plt_free(gl);
}

const char *plt_gl_renderer(const struct plt_gl *gl)
{
    return gl ? gl->renderer : NULL;
}

bool plt_gl_is_software(const struct plt_gl *gl)
{
    return gl && gl->software;
}

bool plt_gl_take_error(struct plt_gl *gl)
{
    bool any = false;
    // A lost context may report the same error for ever.
    for (int i = 0; i < 8 && !gl->lost; i++) {
        GLenum error = gl->api.GetError();
        if (error == GL_NO_ERROR)
            break;
        any = true;
        if (error == GL_CONTEXT_LOST) {
            plt_error(gl->log, GL_LOST, "OpenGL: the context was lost");
            gl->lost = true;
        }
    }
    return any;
}

const struct plt_gl_program *plt_gl_use(struct plt_gl *gl, enum plt_gl_program_id id,
                                        bool covering)
{
    const struct plt_gl_program *program = &gl->programs[id];
    gl->api.UseProgram(program->name);
    gl->api.Uniform3f(program->target, (float)gl->width, (float)gl->height,
                      covering || gl->flip_y);
    return program;
}

void plt_gl_scissor(struct plt_gl *gl, struct plt_irect r, bool covering)
{
    const int32_t y = covering || gl->flip_y ? r.y0 : gl->height - r.y1;
    const bool empty = plt_irect_empty(r);
    gl->api.Scissor(r.x0, y, empty ? 0 : r.x1 - r.x0, empty ? 0 : r.y1 - r.y0);
}

void plt_gl_set_color(struct plt_gl *gl, GLint at, uint32_t color)
{
    gl->api.Uniform4f(at, (float)(color >> 16 & 255) / 255.0f,
                      (float)(color >> 8 & 255) / 255.0f, (float)(color & 255) / 255.0f,
                      (float)(color >> 24) / 255.0f);
}

void plt_gl_quads(struct plt_gl *gl, enum plt_gl_array array, size_t instances)
{
    gl->api.BindVertexArray(gl->arrays[array]);
    gl->api.DrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, (GLsizei)instances);
}

static void begin(struct plt_gl *gl, uint32_t background)
{
    const struct plt_gl_api *api = &gl->api;
    api->BindFramebuffer(GL_FRAMEBUFFER, gl->fbo);
    api->Viewport(0, 0, gl->width, gl->height);
    api->Enable(GL_SCISSOR_TEST);
    api->Enable(GL_BLEND);
    api->BlendEquation(GL_FUNC_ADD);
    // The target's own alpha stays opaque: a compositor may look at it.
    api->BlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE,
                           GL_ONE_MINUS_SRC_ALPHA);
    api->ActiveTexture(GL_TEXTURE0);
    api->BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    api->PixelStorei(GL_UNPACK_ALIGNMENT, 1);
    api->PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    plt_gl_scissor(gl, (struct plt_irect){0, 0, gl->width, gl->height}, false);
    api->ClearColor((float)(background >> 16 & 255) / 255.0f,
                    (float)(background >> 8 & 255) / 255.0f,
                    (float)(background & 255) / 255.0f, 1.0f);
    api->Clear(GL_COLOR_BUFFER_BIT);
}

static bool send_frame(struct plt_gl *gl, const struct plt_frame *frame)
{
    static const struct plt_gl_texel column = {GL_RGBA32F, GL_RGBA, GL_FLOAT,
                                               sizeof(struct plt_column)};
    static const struct plt_gl_texel span = {GL_RG32I, GL_RG_INTEGER, GL_INT,
                                             sizeof(struct plt_sample_span)};
    const struct plt_reduced *strokes = &frame->strokes;
    plt_gl_store_buffer(gl, &gl->rects, frame->rects,
                        frame->num_rects * sizeof(*frame->rects));
    plt_gl_store_buffer(gl, &gl->tints, frame->tints,
                        frame->num_tints * sizeof(*frame->tints));
    plt_gl_store_buffer(gl, &gl->markers, frame->markers,
                        frame->num_markers * sizeof(*frame->markers));
    plt_gl_store_buffer(gl, &gl->segments, strokes->segments,
                        strokes->num_segments * sizeof(*strokes->segments));
    plt_gl_store_buffer(gl, &gl->glyphs, frame->glyphs,
                        frame->num_glyphs * sizeof(*frame->glyphs));
    bool ok = plt_gl_store_table(gl, &gl->columns, &column, strokes->columns,
                                 strokes->num_columns);
    gl->api.ActiveTexture(GL_TEXTURE0 + 2);
    ok &= plt_gl_store_table(gl, &gl->spans, &span, frame->spans, frame->num_spans);
    gl->api.ActiveTexture(GL_TEXTURE0);
    return ok;
}

static bool draw_op(struct plt_gl *gl, const struct plt_frame *frame,
                    const struct plt_op *op)
{
    if (plt_irect_empty(op->clip))
        return true;
    switch (op->kind) {
    case PLT_OP_FILL:
    case PLT_OP_SPANS: plt_gl_draw_rects(gl, op); return true;
    case PLT_OP_STROKE: return plt_gl_draw_stroke(gl, op);
    case PLT_OP_IMAGE: return plt_gl_draw_image(gl, frame, op);
    case PLT_OP_TINTS: plt_gl_draw_tints(gl, op); return true;
    case PLT_OP_MARKERS: return plt_gl_draw_markers(gl, op);
    case PLT_OP_GLYPHS: return plt_gl_draw_glyphs(gl, frame, op);
    }
    return true;
}

bool plt_gl_draw(struct plt_gl *gl, const struct plt_frame *frame, unsigned fbo, int width,
                 int height, bool flip_y)
{
    if (gl->lost)
        return false;
    plt_gl_take_error(gl); // of the host: not ours to answer for
    if (gl->lost)
        return false;
    gl->fbo = fbo;
    gl->width = width;
    gl->height = height;
    gl->flip_y = flip_y;
    gl->uploaded = 0;
    gl->paint++;
    struct plt_gl_state state;
    plt_gl_state_save(&gl->api, &state);
    begin(gl, frame->background);
    bool ok = send_frame(gl, frame);
    for (size_t i = 0; i < frame->num_ops && !gl->lost; i++)
        ok &= draw_op(gl, frame, &frame->ops[i]);
    if (gl->lost)
        return false;
    plt_gl_textures_trim(gl, false);
    plt_gl_state_restore(&gl->api, &state);
    if (!plt_gl_take_error(gl))
        return ok;
    if (!gl->lost)
        plt_error(gl->log, GENERIC, "OpenGL: an error of the driver while painting");
    return false;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

bool plt_gl_paint(struct plt_gl *gl, struct plt_figure *figure, unsigned fbo, int width,
                  int height, double scale, bool flip_y, struct plt_paint_stats *stats)
{
    plt_require(NULL, gl, false);
    plt_require(gl->log, figure && width >= 1 && height >= 1, false);
    if (gl->lost)
        return false;
    const double start = now_ms();
    if (!plt_frame_build(&gl->frame, figure, width, height, scale))
        return false;
    const double shaped = now_ms();
    bool ok = plt_gl_draw(gl, &gl->frame, fbo, width, height, flip_y);
    if (stats) {
        stats->shape_ms = shaped - start;
        stats->paint_ms = now_ms() - shaped;
        stats->uploaded_bytes = gl->uploaded;
    }
    return ok && !gl->frame.failed;
}
