package dev.espalier.nullchecks;

import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.utility.OpenedClassReader;
import org.jspecify.annotations.Nullable;

/** Writes the checks in front of the first line of a method. */
final class CheckedMethod extends MethodVisitor {
  private final ParameterChecks checks;
  private @Nullable Label first;
  private boolean written;

  CheckedMethod(MethodVisitor body, ParameterChecks checks) {
    super(OpenedClassReader.ASM_API, body);
    this.checks = checks;
  }

  /** Waits with the first label: frames may refer to the instruction behind it. */
  @Override
  public void visitLabel(Label label) {
    if (written || first != null) {
      super.visitLabel(label);
    } else {
      first = label;
    }
  }

  /** Gives the checks the number of the first line, so that stack traces have it. */
  @Override
  public void visitLineNumber(int line, Label start) {
    if (!written && start == first) {
      written = true;
      Label label = new Label();
      super.visitLabel(label);
      super.visitLineNumber(line, label);
      write();
      super.visitLabel(start);
    }
    super.visitLineNumber(line, start);
  }

  private void write() {
    String owner = NullCheckPlugin.CHECKS.replace('.', '/');
    for (ParameterChecks.Check check : checks.checks()) {
      visitVarInsn(Opcodes.ALOAD, check.offset());
      visitLdcInsn(check.name());
      visitMethodInsn(
          Opcodes.INVOKESTATIC,
          owner,
          check.elements() ? "noNulls" : "notNull",
          "(Ljava/lang/Object;Ljava/lang/String;)V",
          false);
    }
  }

  @Override
  public void visitMaxs(int stack, int locals) {
    if (!written) {
      throw new IllegalStateException("compile with the numbers of lines (-g)");
    }
    super.visitMaxs(Math.max(stack, 2), locals);
  }
}
