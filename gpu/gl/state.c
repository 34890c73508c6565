// Saves and restores the host's state around a paint: what plotlib/gl.h lists, no more, as
// every query costs a round trip in drivers with a thread of their own.
#include <gpu/gl/painter.h>

void plt_gl_state_save(const struct plt_gl_api *api, struct plt_gl_state *state)
{
    api->GetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &state->draw_fbo);
    api->GetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &state->read_fbo);
    api->GetIntegerv(GL_VIEWPORT, state->viewport);
    api->GetIntegerv(GL_SCISSOR_BOX, state->scissor);
    api->GetIntegerv(GL_CURRENT_PROGRAM, &state->program);
    api->GetIntegerv(GL_VERTEX_ARRAY_BINDING, &state->array);
    api->GetIntegerv(GL_ACTIVE_TEXTURE, &state->unit);
    api->GetIntegerv(GL_BLEND_SRC_RGB, &state->src_rgb);
    api->GetIntegerv(GL_BLEND_DST_RGB, &state->dst_rgb);
    api->GetIntegerv(GL_BLEND_SRC_ALPHA, &state->src_alpha);
    api->GetIntegerv(GL_BLEND_DST_ALPHA, &state->dst_alpha);
    api->GetIntegerv(GL_BLEND_EQUATION_RGB, &state->equation_rgb);
    api->GetIntegerv(GL_BLEND_EQUATION_ALPHA, &state->equation_alpha);
    state->scissor_on = api->IsEnabled(GL_SCISSOR_TEST);
    state->blend_on = api->IsEnabled(GL_BLEND);
}

static void set_enabled(const struct plt_gl_api *api, GLenum cap, bool on)
{
    if (on)
        api->Enable(cap);
    else
        api->Disable(cap);
}

void plt_gl_state_restore(const struct plt_gl_api *api, const struct plt_gl_state *state)
{
    const GLint *v = state->viewport, *s = state->scissor;
    api->BindFramebuffer(GL_DRAW_FRAMEBUFFER, (GLuint)state->draw_fbo);
    api->BindFramebuffer(GL_READ_FRAMEBUFFER, (GLuint)state->read_fbo);
    api->Viewport(v[0], v[1], v[2], v[3]);
    api->Scissor(s[0], s[1], s[2], s[3]);
    api->UseProgram((GLuint)state->program);
    api->BindVertexArray((GLuint)state->array);
    api->ActiveTexture((GLenum)state->unit);
    api->BlendFuncSeparate((GLenum)state->src_rgb, (GLenum)state->dst_rgb,
                           (GLenum)state->src_alpha, (GLenum)state->dst_alpha);
    api->BlendEquationSeparate((GLenum)state->equation_rgb, (GLenum)state->equation_alpha);
    set_enabled(api, GL_SCISSOR_TEST, state->scissor_on);
    set_enabled(api, GL_BLEND, state->blend_on);
}
