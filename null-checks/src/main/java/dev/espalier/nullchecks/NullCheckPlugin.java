package dev.espalier.nullchecks;

import net.bytebuddy.build.Plugin;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;

/**
 * Lets the public methods and constructors of public types check their arguments against null, as
 * their {@code @NullMarked} packages promise. Java callers and plugins need not be compiled with a
 * null checker, and what they hand over would otherwise fail much later, in a place that says
 * nothing about its origin.
 *
 * <p>Packages named {@code internal} are left alone: only our own checked code calls them.
 */
public final class NullCheckPlugin implements Plugin {
  /** What the checks call; it must not check itself. */
  static final String CHECKS = "dev.espalier.error.NullChecks";

  /** Creates the plugin; Byte Buddy's Maven plugin does. */
  public NullCheckPlugin() {}

  @Override
  public boolean matches(TypeDescription type) {
    return isPublic(type)
        && !type.getName().contains(".internal.")
        && !type.getName().equals(CHECKS)
        && !type.isAnnotation();
  }

  private static boolean isPublic(TypeDescription type) {
    TypeDescription enclosing = type.getDeclaringType();
    return type.isPublic() && !type.isPackageType() && (enclosing == null || isPublic(enclosing));
  }

  @Override
  public DynamicType.Builder<?> apply(
      DynamicType.Builder<?> builder, TypeDescription type, ClassFileLocator locator) {
    return builder.visit(new CheckedType());
  }

  @Override
  public void close() {}
}
