// Compiles and links the shader files. Which files make a program is the table below.
#include <gpu/gl/program.h>

#include <string.h>

#include <plotlib/base/message.h>

// Texture units: 0 is the data itself, 1 the colormap, 2 the sample spans.
enum { UNIT_DATA = 0, UNIT_COLORMAP, UNIT_SPANS };

enum { MAX_PARTS = 5 };

struct recipe {
    const char *defines; // before both shaders
    const char *vertex[MAX_PARTS], *fragment[MAX_PARTS];
};

// Images: of one channel, or of those that the draw call says.
#define UNSIGNED "#define SAMPLER usampler2DArray\n#define SAMPLE uint\n"
#define SIGNED "#define SAMPLER isampler2DArray\n#define SAMPLE int\n"
#define ONE "#define CHANNELS 1\n"
#define MANY "#define MANY\n#define CHANNELS tiles.w\n"
#define WHOLE "common.glsl", "image.glsl", "whole.glsl", "level.frag"
#define REAL "common.glsl", "image.glsl", "real.glsl", "level.frag"

static const struct recipe recipes[PLT_GL_NUM_PROGRAMS] = {
    [PLT_GL_FILL] = {"", {"common.glsl", "fill.vert"}, {"common.glsl", "fill.frag"}},
    [PLT_GL_GLYPH] = {"", {"common.glsl", "glyph.vert"}, {"common.glsl", "glyph.frag"}},
    [PLT_GL_DENSE] = {"",
                      {"common.glsl", "distance.glsl", "column.glsl", "dense.vert"},
                      {"common.glsl", "distance.glsl", "column.glsl", "dense.frag"}},
    [PLT_GL_TINT] = {"", {"common.glsl", "tint.vert"}, {"common.glsl", "tint.frag"}},
    [PLT_GL_MARKER] = {"",
                       {"common.glsl", "marker.glsl", "marker.vert"},
                       {"common.glsl", "marker.glsl", "marker.frag"}},
    [PLT_GL_SEGMENT] = {"",
                        {"common.glsl", "distance.glsl", "segment.vert"},
                        {"common.glsl", "distance.glsl", "segment.frag"}},
    [PLT_GL_COMPOSITE] = {"",
                          {"common.glsl", "area.vert"},
                          {"common.glsl", "composite.frag"}},
    [PLT_GL_IMAGE_UNSIGNED] = {UNSIGNED ONE, {"common.glsl", "area.vert"}, {WHOLE}},
    [PLT_GL_IMAGE_UNSIGNED_COLOR] = {UNSIGNED MANY, {"common.glsl", "area.vert"}, {WHOLE}},
    [PLT_GL_IMAGE_SIGNED] = {SIGNED ONE, {"common.glsl", "area.vert"}, {WHOLE}},
    [PLT_GL_IMAGE_SIGNED_COLOR] = {SIGNED MANY, {"common.glsl", "area.vert"}, {WHOLE}},
    [PLT_GL_IMAGE_REAL] = {ONE, {"common.glsl", "area.vert"}, {REAL}},
    [PLT_GL_IMAGE_REAL_COLOR] = {MANY, {"common.glsl", "area.vert"}, {REAL}},
};

static const char header_gl[] = "#version 330 core\n";
static const char header_es[] = "#version 300 es\n"
                                "precision highp float;\n"
                                "precision highp int;\n"
                                "precision highp sampler2D;\n"
                                "precision highp isampler2D;\n"
                                "precision highp sampler2DArray;\n"
                                "precision highp isampler2DArray;\n"
                                "precision highp usampler2DArray;\n";

static const char *shader_text(const char *name)
{
    for (const struct plt_gl_shader *shader = plt_gl_shaders; shader->name; shader++) {
        if (strcmp(shader->name, name) == 0)
            return shader->text;
    }
    return "#error no such shader file\n";
}

// The first line of a driver's message is enough to find the place.
static void log_failure(struct plt_log *log, const char *what, const char *name, char *text)
{
    text[strcspn(text, "\r\n")] = '\0';
    plt_error(log, GL_UNAVAILABLE, "OpenGL: shader '%s' does not %s: %s", name, what, text);
}

static GLuint compile(const struct plt_gl_api *api, bool es, struct plt_log *log,
                      GLenum kind, const char *defines, const char *const parts[MAX_PARTS])
{
    const char *texts[MAX_PARTS + 3];
    int count = 0;
    texts[count++] = es ? header_es : header_gl;
    texts[count++] = defines;
    const char *name = "";
    for (int i = 0; i < MAX_PARTS && parts[i]; i++) {
        texts[count++] = shader_text(parts[i]);
        if (i == 0 && kind == GL_FRAGMENT_SHADER)
            texts[count++] = shader_text("pixel.glsl");
        name = parts[i];
    }
    GLuint shader = api->CreateShader(kind);
    api->ShaderSource(shader, count, texts, NULL);
    api->CompileShader(shader);
    GLint ok = GL_FALSE;
    api->GetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    if (ok)
        return shader;
    char text[512] = "no message";
    api->GetShaderInfoLog(shader, sizeof(text), NULL, text);
    log_failure(log, "compile", name, text);
    api->DeleteShader(shader);
    return 0;
}

static void find_uniforms(const struct plt_gl_api *api, struct plt_gl_program *program)
{
#define FIND(uniform) program->uniform = api->GetUniformLocation(program->name, #uniform);
    PLT_GL_UNIFORMS(FIND)
#undef FIND
    api->UseProgram(program->name);
    api->Uniform1i(program->shapes, UNIT_DATA);
    api->Uniform1i(program->columns, UNIT_DATA);
    api->Uniform1i(program->coverage, UNIT_DATA);
    api->Uniform1i(program->page, UNIT_DATA);
    api->Uniform1i(program->source, UNIT_DATA);
    api->Uniform1i(program->colormap, UNIT_COLORMAP);
    api->Uniform1i(program->spans, UNIT_SPANS);
}

static bool link_program(const struct plt_gl_api *api, bool es, struct plt_log *log,
                         const struct recipe *recipe, struct plt_gl_program *program)
{
    GLuint vertex =
        compile(api, es, log, GL_VERTEX_SHADER, recipe->defines, recipe->vertex);
    GLuint fragment = vertex ? compile(api, es, log, GL_FRAGMENT_SHADER, recipe->defines,
                                       recipe->fragment)
                             : 0;
    GLint ok = GL_FALSE;
    if (fragment) {
        program->name = api->CreateProgram();
        api->AttachShader(program->name, vertex);
        api->AttachShader(program->name, fragment);
        api->LinkProgram(program->name);
        api->GetProgramiv(program->name, GL_LINK_STATUS, &ok);
        if (!ok) {
            char text[512] = "no message";
            api->GetProgramInfoLog(program->name, sizeof(text), NULL, text);
            log_failure(log, "link", recipe->vertex[1], text);
        }
    }
    // A program keeps its shaders; name 0 is ignored.
    api->DeleteShader(vertex);
    api->DeleteShader(fragment);
    if (ok)
        find_uniforms(api, program);
    return ok;
}

bool plt_gl_programs_create(const struct plt_gl_api *api, bool es, struct plt_log *log,
                            struct plt_gl_program programs[PLT_GL_NUM_PROGRAMS])
{
    GLint before = 0;
    bool ok = true;
    api->GetIntegerv(GL_CURRENT_PROGRAM, &before);
    for (int i = 0; i < PLT_GL_NUM_PROGRAMS && ok; i++)
        ok = link_program(api, es, log, &recipes[i], &programs[i]);
    api->UseProgram((GLuint)before);
    if (!ok)
        plt_gl_programs_destroy(api, programs);
    return ok;
}

void plt_gl_programs_destroy(const struct plt_gl_api *api,
                             struct plt_gl_program programs[PLT_GL_NUM_PROGRAMS])
{
    for (int i = 0; i < PLT_GL_NUM_PROGRAMS; i++) {
        api->DeleteProgram(programs[i].name);
        programs[i].name = 0;
    }
}
