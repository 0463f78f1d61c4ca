package dev.espalier.nullchecks;

import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.field.FieldDescription;
import net.bytebuddy.description.field.FieldList;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.method.MethodList;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.Attribute;
import net.bytebuddy.jar.asm.ByteVector;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.OpenedClassReader;
import org.jspecify.annotations.Nullable;

/** Adds the checks to a class, unless an earlier build has: classes that did not change stay. */
final class CheckedType extends AsmVisitorWrapper.AbstractBase {
  private static final String MARK = "dev.espalier.NullChecks";

  @Override
  public ClassVisitor wrap(
      TypeDescription type,
      ClassVisitor visitor,
      Implementation.Context context,
      TypePool pool,
      FieldList<FieldDescription.InDefinedShape> fields,
      MethodList<?> methods,
      int writerFlags,
      int readerFlags) {
    return new ClassVisitor(OpenedClassReader.ASM_API, visitor) {
      private boolean checked;

      @Override
      public void visitAttribute(Attribute attribute) {
        checked |= attribute.type.equals(MARK);
        super.visitAttribute(attribute);
      }

      @Override
      public MethodVisitor visitMethod(
          int access,
          String name,
          String descriptor,
          @Nullable String signature,
          String @Nullable [] exceptions) {
        MethodVisitor body = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (checked || body == null) {
          return body;
        }
        for (MethodDescription method : methods) {
          if (method.getInternalName().equals(name) && method.getDescriptor().equals(descriptor)) {
            ParameterChecks checks = ParameterChecks.of(method);
            return checks.isEmpty() ? body : new CheckedMethod(body, checks);
          }
        }
        return body;
      }

      @Override
      public void visitEnd() {
        if (!checked) {
          super.visitAttribute(new Mark());
        }
        super.visitEnd();
      }
    };
  }

  /** An attribute of the class file that says that the checks are there; the JVM ignores it. */
  private static final class Mark extends Attribute {
    Mark() {
      super(MARK);
    }

    @Override
    protected ByteVector write(
        ClassWriter writer, byte @Nullable [] code, int length, int stack, int locals) {
      return new ByteVector();
    }
  }
}
