package dev.espalier.nullchecks;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.method.ParameterDescription;
import net.bytebuddy.description.type.TypeDefinition;
import net.bytebuddy.description.type.TypeDescription;

/** Which parameters of a method must not be null. Immutable. */
record ParameterChecks(List<Check> checks) {
  private static final String NULLABLE = "org.jspecify.annotations.Nullable";

  /**
   * One parameter.
   *
   * @param offset the local variable that holds it
   * @param elements whether what it contains must not be null either
   */
  record Check(String name, int offset, boolean elements) {}

  static ParameterChecks of(MethodDescription method) {
    boolean callable = method.isPublic() && !method.isSynthetic() && !method.isAbstract();
    boolean generated =
        method.getDeclaringType().isEnum()
            && method.isStatic()
            && method.getName().equals("valueOf");
    if (!callable || generated || method.getName().equals("equals")) {
      return new ParameterChecks(List.of());
    }
    // Elements are looked at where a value is made or changed, which copies them anyway.
    boolean makes =
        method.isConstructor()
            || method.isStatic()
            || method.getReturnType().asErasure().equals(method.getDeclaringType());
    List<Check> checks = new ArrayList<>();
    for (ParameterDescription parameter : method.getParameters()) {
      TypeDescription.Generic type = parameter.getType();
      if (!type.isPrimitive() && !isNullable(type)) {
        checks.add(
            new Check(parameter.getName(), parameter.getOffset(), makes && containsNonNull(type)));
      }
    }
    return new ParameterChecks(List.copyOf(checks));
  }

  boolean isEmpty() {
    return checks.isEmpty();
  }

  private static boolean isNullable(TypeDescription.Generic type) {
    boolean annotated =
        type.getDeclaredAnnotations().stream()
            .anyMatch(annotation -> annotation.getAnnotationType().getName().equals(NULLABLE));
    return annotated
        || (type.getSort().isTypeVariable()
            && type.getUpperBounds().stream().allMatch(ParameterChecks::isNullable))
        || (type.getSort() == TypeDefinition.Sort.WILDCARD
            && type.getUpperBounds().stream().allMatch(ParameterChecks::isNullable));
  }

  private static boolean mayContainNull(TypeDescription.Generic type) {
    return isNullable(type)
        || (type.getSort().isParameterized()
            && type.getTypeArguments().stream().anyMatch(ParameterChecks::mayContainNull));
  }

  private static boolean containsNonNull(TypeDescription.Generic type) {
    if (type.isArray()) {
      TypeDescription.Generic component = type.getComponentType();
      return component != null && !component.isPrimitive() && !isNullable(component);
    }
    boolean collection =
        type.asErasure().represents(java.util.List.class)
            || type.asErasure().represents(java.util.Set.class)
            || type.asErasure().represents(java.util.Collection.class)
            || type.asErasure().represents(java.util.Map.class);
    return collection
        && type.getSort().isParameterized()
        && type.getTypeArguments().stream().noneMatch(ParameterChecks::mayContainNull);
  }
}
