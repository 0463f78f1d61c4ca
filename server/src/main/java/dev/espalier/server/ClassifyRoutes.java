package dev.espalier.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.HeatMap;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.EspalierException;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The server's own interface: images in, classes with scores out. Thread-safe. */
final class ClassifyRoutes {
  private static final int TOP = 5;

  private final ServedModels models;
  private final RequestImages images;

  ClassifyRoutes(ServedModels models, RequestImages images) {
    this.models = models;
    this.images = images;
  }

  void list(Context request) {
    JsonArray list = new JsonArray();
    for (ServedModel model : models.all()) {
      Classifier classifier = model.classifier();
      JsonObject one = new JsonObject();
      one.addProperty("name", model.name());
      one.addProperty("engine", classifier.engine());
      one.addProperty("device", classifier.device().toString());
      JsonArray names = new JsonArray();
      classifier.classNames().forEach(names::add);
      one.add("classes", names);
      list.add(one);
    }
    Answers.json(request, list);
  }

  void reload(Context request) throws UnknownHostException {
    if (!InetAddress.getByName(request.ip()).isLoopbackAddress()) {
      throw new RequestProblem(403, "A model can be reloaded only from the machine it runs on.");
    }
    models.named(request.pathParam("name")).reload();
    JsonObject answer = new JsonObject();
    answer.addProperty("reloaded", request.pathParam("name"));
    Answers.json(request, answer);
  }

  void classify(Context request) {
    ServedModel model = models.ofQuery(request);
    int top = top(request);
    List<RequestImages.Encoded> encoded = images.of(request);
    JsonObject body = new JsonObject();
    body.addProperty("model", model.name());
    body.add("results", model.ask(classifier -> results(classifier, encoded, top)));
    Answers.json(request, body);
  }

  /** Returns for each image its classification, or, if there are several, why it is invalid. */
  private JsonArray results(Classifier classifier, List<RequestImages.Encoded> encoded, int top) {
    List<CompletableFuture<Classification>> asked = new ArrayList<>();
    JsonArray results = new JsonArray();
    try {
      for (RequestImages.Encoded one : encoded) {
        asked.add(ask(classifier, one));
      }
      for (CompletableFuture<Classification> answer : asked) {
        try {
          Classification classification = classifier.await(answer);
          results.add(json(classification, top));
        } catch (EspalierException e) {
          if (asked.size() == 1 || RequestProblem.status(e.code()) != 400) {
            throw e;
          }
          results.add(RequestProblem.json(e));
        }
      }
      return results;
    } catch (RuntimeException e) {
      asked.forEach(one -> one.cancel(false)); // nobody waits for the rest
      throw e;
    }
  }

  private CompletableFuture<Classification> ask(
      Classifier classifier, RequestImages.Encoded encoded) {
    Image image;
    try {
      image = images.decode(encoded);
    } catch (EspalierException e) {
      return CompletableFuture.failedFuture(e);
    }
    return classifier.classifyAsync(image);
  }

  private static int top(Context request) {
    String text = request.queryParam("top");
    if (text == null) {
      return TOP;
    }
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw RequestProblem.badRequest("top is \"" + text + "\"; give a number of 1 or more.");
    }
    return Integer.parseInt(text);
  }

  private static JsonObject json(Classification classification, int top) {
    JsonObject result = new JsonObject();
    if (classification.outputs().size() == 1) {
      addClasses(result, classification, top);
    } else {
      JsonObject outputs = new JsonObject();
      classification
          .outputs()
          .forEach(
              (name, values) -> {
                JsonObject one = new JsonObject();
                if (values.shape().rank() == 2) {
                  addClasses(one, classification.output(name), top);
                } else {
                  JsonArray numbers = new JsonArray();
                  for (float value : values.toFloats()) {
                    numbers.add(value);
                  }
                  one.add("values", numbers);
                }
                outputs.add(name, one);
              });
      result.add("outputs", outputs);
    }
    return result;
  }

  private static void addClasses(JsonObject result, Classification classification, int top) {
    result.addProperty("unknown", classification.isUnknown());
    JsonArray classes = new JsonArray();
    for (ClassScore score : classification.top(top)) {
      JsonObject one = new JsonObject();
      one.addProperty("class", score.className());
      one.addProperty("label", score.label());
      one.addProperty("score", score.score());
      classes.add(one);
    }
    result.add("classes", classes);
  }

  /** Answers with the image and a heat map over it, as PNG. */
  void explain(Context request) {
    ServedModel model = models.ofQuery(request);
    List<RequestImages.Encoded> encoded = images.of(request);
    if (encoded.size() != 1) {
      throw RequestProblem.badRequest("Only one image can be explained at a time.");
    }
    Image image = images.decode(encoded.get(0));
    String className = request.queryParam("class");
    HeatMap map =
        model.ask(
            classifier ->
                className == null
                    ? classifier.explain(image, classifier.classify(image).best().label())
                    : classifier.explain(image, className));
    request.contentType("image/png").result(ImageEncoder.png(map.over(image)));
  }
}
