package dev.espalier.core.internal.file;

import dev.espalier.layer.Layer;
import dev.espalier.layer.NamedLayer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a model file may name. A file selects layers from this list; it must never
 * determine which classes are loaded. Where an interface is declared, constants of enums that
 * implement it are written by name only, provided the enum is known when the file is written.
 */
public final class KnownTypes {
  private final Map<String, Class<? extends Layer>> layers;
  private final Collection<Class<?>> values;

  /**
   * Creates the list.
   *
   * @param layers by their name in files
   * @param values classes allowed where an interface is declared, such as initializers
   */
  public KnownTypes(Map<String, Class<? extends Layer>> layers, Collection<Class<?>> values) {
    this.layers = new TreeMap<>(layers);
    this.layers.put(NamedLayer.class.getSimpleName(), NamedLayer.class);
    this.values = List.copyOf(values);
  }

  static String nameOf(Class<?> type) {
    return type.getSimpleName();
  }

  /** Returns the class with a name that is assignable to {@code declared}, or null. */
  @Nullable Class<?> find(Class<?> declared, String name) {
    for (Class<?> type : candidates(declared)) {
      if (nameOf(type).equals(name) && declared.isAssignableFrom(type)) {
        return type;
      }
    }
    return null;
  }

  /** Returns the constant of a known enum that is assignable to {@code declared}, or null. */
  @Nullable Object constant(Class<?> declared, String name) {
    for (Class<?> type : candidates(declared)) {
      if (type.isEnum() && declared.isAssignableFrom(type)) {
        for (Object constant : type.getEnumConstants()) {
          if (((Enum<?>) constant).name().equals(name)) {
            return constant;
          }
        }
      }
    }
    return null;
  }

  /** Returns the names of all constants of known enums that are assignable to {@code declared}. */
  List<String> constants(Class<?> declared) {
    return candidates(declared).stream()
        .filter(type -> type.isEnum() && declared.isAssignableFrom(type))
        .flatMap(type -> Stream.of(type.getEnumConstants()))
        .map(constant -> ((Enum<?>) constant).name())
        .toList();
  }

  List<String> names(Class<?> declared) {
    return candidates(declared).stream()
        .filter(declared::isAssignableFrom)
        .map(KnownTypes::nameOf)
        .toList();
  }

  private List<Class<?>> candidates(Class<?> declared) {
    List<Class<?>> all = new ArrayList<>(layers.values());
    all.addAll(values);
    // The author of the layer chose the permitted types.
    if (declared.isSealed()) {
      all.addAll(List.of(declared.getPermittedSubclasses()));
    }
    return all;
  }
}
