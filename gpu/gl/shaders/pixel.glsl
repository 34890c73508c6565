// Before every fragment shader: the frame pixel of this fragment, at its centre.
layout(location = 0) out vec4 result;

vec2 frame_pixel()
{
    return vec2(gl_FragCoord.x, target.z != 0.0 ? gl_FragCoord.y : target.y - gl_FragCoord.y);
}
