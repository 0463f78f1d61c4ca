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
 * The classes that a model file may name. A file says which layers it wants; it must never say
 * which classes to load. Where an interface is declared, the constants of enums that implement it
 * are written by their names alone if the enum is known when the file is written.
 */
public final class KnownTypes {
  private final Map<String, Class<? extends Layer>> layers;
  private final Collection<Class<?>> values;

  /**
   * Creates the list.
   *
   * @param layers by the name in files
   * @param values classes that may stand where an interface is declared, such as initializers
   */
  public KnownTypes(Map<String, Class<? extends Layer>> layers, Collection<Class<?>> values) {
    this.layers = new TreeMap<>(layers);
    this.layers.put(NamedLayer.class.getSimpleName(), NamedLayer.class);
    this.values = List.copyOf(values);
  }

  static String nameOf(Class<?> type) {
    return type.getSimpleName();
  }

  /** Returns the class of a name that can be assigned to {@code declared}, or null. */
  @Nullable Class<?> find(Class<?> declared, String name) {
    for (Class<?> type : candidates(declared)) {
      if (nameOf(type).equals(name) && declared.isAssignableFrom(type)) {
        return type;
      }
    }
    return null;
  }

  /** Returns the constant of a known enum that can be assigned to {@code declared}, or null. */
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

  /** Returns the names of all constants of known enums that can be assigned. */
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
    // Whoever wrote the layer wrote what it permits.
    if (declared.isSealed()) {
      all.addAll(List.of(declared.getPermittedSubclasses()));
    }
    return all;
  }
}
