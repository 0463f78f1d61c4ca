package dev.espalier.nullchecks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.NullChecks;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NullCheckPluginTest {
  private static final List<Class<?>> CLASSES =
      List.of(Sample.class, Sample.Pair.class, Sample.Kind.class, Sample.Shape.class);

  private final ClassLoader checked = new Checked(Sample.class.getClassLoader());

  @BeforeEach
  void forget() {
    NullChecks.CHECKED.clear();
  }

  private Class<?> sample(String suffix) throws ClassNotFoundException {
    return Class.forName(Sample.class.getName() + suffix, true, checked);
  }

  private Object newSample() throws ReflectiveOperationException {
    Object sample = sample("").getConstructor(String.class, String.class).newInstance("a", null);
    NullChecks.CHECKED.clear();
    return sample;
  }

  @Test
  void constructorChecksWhatIsNotNullable() throws ReflectiveOperationException {
    sample("").getConstructor(String.class, String.class).newInstance("a", null);
    assertThat(NullChecks.CHECKED).containsExactly("name");
  }

  @Test
  void recordWithoutAConstructorInItsSourceIsChecked() throws ReflectiveOperationException {
    sample("$Pair").getConstructor(String.class, int.class).newInstance("a", 1);
    assertThat(NullChecks.CHECKED).containsExactly("first");
  }

  @Test
  void elementsAreCheckedWhereAValueIsMadeOrChanged() throws ReflectiveOperationException {
    sample("")
        .getMethod("collections", List.class, List.class, Map.class, String[].class)
        .invoke(null, List.of(), List.of(), Map.of(), new String[0]);
    assertThat(NullChecks.CHECKED).containsExactly("names*", "holes", "arrays*", "rest*");
    Object sample = newSample();
    sample("").getMethod("with", List.class).invoke(sample, List.of());
    sample("").getMethod("look", List.class, int.class).invoke(sample, List.of(), 1);
    assertThat(NullChecks.CHECKED).containsExactly("values*", "values");
  }

  @Test
  void typeVariableIsNullableIfItsBoundIs() throws ReflectiveOperationException {
    sample("").getMethod("generic", Object.class, Object.class).invoke(null, "a", null);
    assertThat(NullChecks.CHECKED).containsExactly("always");
  }

  @Test
  void methodThatBeginsWithANewObjectStaysValid() throws ReflectiveOperationException {
    sample("").getMethod("loop", String.class, int.class).invoke(null, "a", 2);
    assertThat(NullChecks.CHECKED).containsExactly("text", "name");
  }

  @Test
  void equalsEnumsAndMethodsThatAreNotPublicAreLeftAlone() throws ReflectiveOperationException {
    Object sample = newSample();
    assertThat(sample).isNotEqualTo("a");
    sample("").getDeclaredMethod("internal", String.class).setAccessible(true);
    sample("$Kind").getMethod("valueOf", String.class).invoke(null, "ONE");
    assertThat(NullChecks.CHECKED).isEmpty();
  }

  @Test
  void defaultMethodOfAnInterfaceIsChecked() throws ReflectiveOperationException {
    Class<?> type = sample("$Shape");
    Object shape =
        Proxy.newProxyInstance(
            checked,
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                java.lang.reflect.InvocationHandler.invokeDefault(proxy, method, arguments));
    type.getMethod("named", String.class).invoke(shape, "a");
    assertThat(NullChecks.CHECKED).containsExactly("name");
  }

  @Test
  void classThatIsCheckedAlreadyStaysAsItIs() throws IOException {
    byte[] once = Checked.check(Map.of(), Sample.class.getName());
    byte[] twice = Checked.check(Map.of(Sample.class.getName(), once), Sample.class.getName());
    assertThat(twice).isEqualTo(once);
  }

  @Test
  void internalPackagesAndWhatChecksAreLeftAlone() {
    assertThat(new NullCheckPlugin().matches(TypeDescription.ForLoadedType.of(Sample.class)))
        .isTrue();
    assertThat(new NullCheckPlugin().matches(TypeDescription.ForLoadedType.of(NullChecks.class)))
        .isFalse();
    TypeDescription internal =
        new ByteBuddy()
            .subclass(Object.class)
            .name("dev.espalier.core.internal.data.Batch")
            .make()
            .getTypeDescription();
    assertThat(internal.isPublic()).isTrue();
    assertThat(new NullCheckPlugin().matches(internal)).isFalse();
  }

  /** Defines the samples with checks. */
  private static final class Checked extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();

    Checked(ClassLoader parent) {
      super(parent);
      for (Class<?> type : CLASSES) {
        try {
          classes.put(type.getName(), check(Map.of(), type.getName()));
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }

    static byte[] check(Map<String, byte[]> known, String name) throws IOException {
      try (NullCheckPlugin plugin = new NullCheckPlugin();
          ClassFileLocator locator =
              new ClassFileLocator.Compound(
                  new ClassFileLocator.Simple(known),
                  ClassFileLocator.ForClassLoader.of(Sample.class.getClassLoader()))) {
        TypeDescription type = TypePool.Default.of(locator).describe(name).resolve();
        return plugin
            .apply(new ByteBuddy().decorate(type, locator), type, locator)
            .make()
            .getBytes();
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      byte[] bytes = classes.remove(name);
      return bytes == null
          ? super.loadClass(name, resolve)
          : defineClass(name, bytes, 0, bytes.length);
    }
  }
}
