# Writes the shader files into one C source: embed.py OUT.c FILE...
# Leading comment lines stay: a compiler's message then names lines of the file.
import os
import sys

out, files = sys.argv[1], sys.argv[2:]
with open(out, 'w', encoding='utf-8', newline='\n') as c:
    c.write('// Made by gpu/gl/embed.py from gpu/gl/shaders.\n')
    c.write('#include <gpu/gl/program.h>\n\n')
    c.write('const struct plt_gl_shader plt_gl_shaders[] = {\n')
    for path in files:
        c.write('    {"%s",\n' % os.path.basename(path))
        with open(path, encoding='utf-8') as text:
            for line in text:
                line = line.rstrip('\n').replace('\\', '\\\\').replace('"', '\\"')
                c.write('     "%s\\n"\n' % line)
        c.write('    },\n')
    c.write('    {0, 0},\n};\n')
