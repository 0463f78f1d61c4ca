package dev.espalier.server;

import io.javalin.http.Context;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The models of a server, by name; the first one answers requests that name none. */
final class ServedModels implements AutoCloseable {
  private final Map<String, ServedModel> byName = new LinkedHashMap<>();

  void add(ServedModel model) {
    byName.put(model.name(), model);
  }

  Collection<ServedModel> all() {
    return List.copyOf(byName.values());
  }

  ServedModel named(String name) {
    ServedModel model = byName.get(name);
    if (model == null) {
      throw new RequestProblem(
          404,
          "There is no model \""
              + name
              + "\"; the models are: "
              + String.join(", ", byName.keySet())
              + ".");
    }
    return model;
  }

  ServedModel ofQuery(Context request) {
    String name = request.queryParam("model");
    return name == null ? byName.values().iterator().next() : named(name);
  }

  /** From now on, answers at once instead of waiting for other requests to fill a batch. */
  void stopGathering() {
    byName.values().forEach(ServedModel::stopGathering);
  }

  @Override
  public void close() {
    byName.values().forEach(ServedModel::close);
  }
}
