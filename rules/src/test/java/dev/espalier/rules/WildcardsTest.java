package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users call takes a {@code List<Dense>} where layers are wanted, and a consumer of objects
 * where something is consumed: {@code ? extends} for what is read from an argument, {@code ? super}
 * for what is handed to it.
 *
 * <p>Exempt are methods that users implement or that implement such, constructors that take the
 * components of a record, whose type is that of the accessor, and final element types, of which
 * there are no subtypes.
 */
class WildcardsTest {
  private static final Set<String> MODULES =
      Set.of("api", "core", "augment", "callbacks", "datasets", "models", "weights", "onnx");

  /** For each type the positions of its arguments that are read. */
  private static final Map<Class<?>, List<Integer>> READ =
      Map.ofEntries(
          Map.entry(Iterable.class, List.of(0)),
          Map.entry(Collection.class, List.of(0)),
          Map.entry(List.class, List.of(0)),
          Map.entry(Set.class, List.of(0)),
          Map.entry(Stream.class, List.of(0)),
          Map.entry(Optional.class, List.of(0)),
          Map.entry(Map.class, List.of(0, 1)),
          Map.entry(Supplier.class, List.of(0)),
          Map.entry(IntFunction.class, List.of(0)),
          Map.entry(Function.class, List.of(1)),
          Map.entry(BiFunction.class, List.of(2)));

  /** For each type the positions of its arguments that are handed to it. */
  private static final Map<Class<?>, List<Integer>> HANDED =
      Map.ofEntries(
          Map.entry(Consumer.class, List.of(0)),
          Map.entry(BiConsumer.class, List.of(0, 1)),
          Map.entry(Predicate.class, List.of(0)),
          Map.entry(BiPredicate.class, List.of(0, 1)),
          Map.entry(Function.class, List.of(0)),
          Map.entry(BiFunction.class, List.of(0, 1)),
          Map.entry(ToIntFunction.class, List.of(0)),
          Map.entry(ToLongFunction.class, List.of(0)),
          Map.entry(ToDoubleFunction.class, List.of(0)),
          Map.entry(Comparator.class, List.of(0)));

  @Test
  void whatUsersCallTakesSubtypesInCollectionsAndSupertypesInFunctions() {
    List<Class<?>> types = types();
    assertThat(types).hasSizeGreaterThan(200);
    assertThat(types.stream().flatMap(type -> problems(type).stream())).isEmpty();
  }

  /** What the rule is for, and what it leaves alone. */
  @SuppressWarnings("unused")
  public static final class Offender {
    public record Parts(List<Open> all) {}

    public interface Asked {
      void run(List<Open> tasks);
    }

    public static final class Asking implements Asked {
      @Override
      public void run(List<Open> tasks) {}
    }

    public void list(List<Open> wrong, List<? extends Open> right) {}

    public void any(List<Generic<?>> wrong, List<Generic<String>> right) {}

    public void map(Map<String, Open> wrong, Map<String, Closed> right) {}

    @SafeVarargs
    public final void all(Consumer<Open>... wrong) {}

    public static void function(
        Function<Open, Open> wrong, Function<? super Open, ? extends Open> right) {}
  }

  /** Has subtypes. */
  public static class Open {}

  /** Has none, unless it is one of anything. */
  public record Generic<T>(T content) {}

  /** Has none. */
  public record Closed() {}

  @Test
  void offendersAreFound() {
    assertThat(problems(Offender.class).stream().map(problem -> problem.replaceAll(".* ", "")))
        .containsExactlyInAnyOrder(
            "all(0)", "any(0)", "function(0)", "function(0)", "list(0)", "map(0)");
    assertThat(problems(Offender.Parts.class)).isEmpty();
    assertThat(problems(Offender.Asked.class)).isEmpty();
    assertThat(problems(Offender.Asking.class)).isEmpty();
  }

  private static List<Class<?>> types() {
    List<Class<?>> types = new ArrayList<>();
    for (JavaClass type : EspalierCode.classes()) {
      if (MODULES.contains(EspalierCode.module(type))
          && !type.getPackageName().contains(".internal")
          && isPublic(type.reflect())) {
        types.add(type.reflect());
      }
    }
    types.sort(Comparator.comparing(Class::getName));
    return types;
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
  }

  private static List<String> problems(Class<?> type) {
    List<String> problems = new ArrayList<>();
    Stream.concat(constructors(type), methods(type))
        .sorted(Comparator.comparing(Executable::toString))
        .forEach(
            called -> {
              Parameter[] parameters = called.getParameters();
              for (int i = 0; i < parameters.length; i++) {
                int index = i;
                narrow(parameters[i].getParameterizedType())
                    .forEach(
                        argument ->
                            problems.add(
                                type.getName()
                                    + " takes only "
                                    + argument
                                    + " in "
                                    + called.getName()
                                    + "("
                                    + index
                                    + ")"));
              }
            });
    return problems;
  }

  private static Stream<Executable> constructors(Class<?> type) {
    List<Type> components =
        type.isRecord()
            ? Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getGenericType)
                .toList()
            : List.of();
    return Stream.of(type.getConstructors())
        .filter(
            made ->
                !type.isRecord() || !List.of(made.getGenericParameterTypes()).equals(components))
        .map(Executable.class::cast);
  }

  private static Stream<Executable> methods(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> Modifier.isStatic(method.getModifiers()) || !type.isInterface())
        .filter(method -> !implementsAnother(method))
        .map(Executable.class::cast);
  }

  private static boolean implementsAnother(Method method) {
    return supertypes(method.getDeclaringClass())
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .anyMatch(
            other ->
                other.getName().equals(method.getName())
                    && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Stream<Class<?>> direct =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()));
    return direct.flatMap(one -> Stream.concat(Stream.of(one), supertypes(one)));
  }

  /** Returns the arguments of a type that could be wildcards and are not. */
  private static List<Type> narrow(Type type) {
    if (type instanceof GenericArrayType array) {
      return narrow(array.getGenericComponentType());
    }
    if (!(type instanceof ParameterizedType generic)) {
      return List.of();
    }
    Class<?> raw = (Class<?>) generic.getRawType();
    Type[] arguments = generic.getActualTypeArguments();
    List<Type> narrow = new ArrayList<>();
    for (int i : READ.getOrDefault(raw, List.of())) {
      if (isOurs(arguments[i]) && hasSubtypes(arguments[i])) {
        narrow.add(arguments[i]);
      }
    }
    for (int i : HANDED.getOrDefault(raw, List.of())) {
      if (isOurs(arguments[i])) {
        narrow.add(arguments[i]);
      }
    }
    return narrow;
  }

  /** Types of libraries that are passed around, such as paths, have no subtypes of users. */
  private static boolean isOurs(Type type) {
    return raw(type) instanceof Class<?> one && one.getPackageName().startsWith("dev.espalier");
  }

  /** A generic type of any argument is that of a certain one, too. */
  private static boolean hasSubtypes(Type type) {
    boolean ofAny =
        type instanceof ParameterizedType generic
            && Stream.of(generic.getActualTypeArguments()).anyMatch(WildcardType.class::isInstance);
    return ofAny || (raw(type) instanceof Class<?> one && !Modifier.isFinal(one.getModifiers()));
  }

  private static Type raw(Type type) {
    return type instanceof ParameterizedType generic ? generic.getRawType() : type;
  }
}
