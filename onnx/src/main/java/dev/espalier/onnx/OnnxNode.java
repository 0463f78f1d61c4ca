package dev.espalier.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** An operation of a file. Inputs may be added until the file is written. Not thread-safe. */
final class OnnxNode {
  /** The numbers of the attribute types that operations here use. */
  private static final int FLOAT = 1;

  private static final int INT = 2;
  private static final int STRING = 3;
  private static final int INTS = 7;

  private final String type;
  private final List<String> inputs;
  private final String output;
  private final List<Message> attributes = new ArrayList<>();

  OnnxNode(String type, List<String> inputs, String output) {
    this.type = type;
    this.inputs = new ArrayList<>(inputs);
    this.output = output;
  }

  String type() {
    return type;
  }

  List<String> inputs() {
    return inputs;
  }

  String output() {
    return output;
  }

  OnnxNode with(String name, long value) {
    attributes.add(new Message().text(1, name).number(3, value).number(20, INT));
    return this;
  }

  OnnxNode with(String name, float value) {
    attributes.add(new Message().text(1, name).real(2, value).number(20, FLOAT));
    return this;
  }

  OnnxNode with(String name, String value) {
    attributes.add(new Message().text(1, name).text(4, value).number(20, STRING));
    return this;
  }

  OnnxNode with(String name, List<Integer> values) {
    Message attribute = new Message().text(1, name);
    values.forEach(value -> attribute.number(8, value));
    attributes.add(attribute.number(20, INTS));
    return this;
  }

  /** Returns the message of the format, NodeProto. */
  Message toMessage(UnaryOperator<String> names) {
    Message message = new Message();
    inputs.forEach(input -> message.text(1, names.apply(input)));
    message.text(2, names.apply(output)).text(3, output).text(4, type);
    attributes.forEach(attribute -> message.message(5, attribute));
    return message;
  }
}
