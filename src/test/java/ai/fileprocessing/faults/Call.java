package ai.fileprocessing.faults;

import java.util.function.Predicate;

/** Which calls a rule is about: those that satisfy everything that was said. */
public final class Call implements Predicate<Exchange> {
  private final Predicate<Exchange> condition;

  private Call(Predicate<Exchange> condition) {
    this.condition = condition;
  }

  public static Call anyCall() {
    return new Call(exchange -> true);
  }

  /** Calls of the operation that AWS calls so, such as {@code UpdateItem} or {@code PutObject}. */
  public static Call call(String operation) {
    return new Call(exchange -> exchange.operation().equals(operation));
  }

  /** Whose body has this text within its first 64 KB; see {@link Exchange#text}. */
  public Call containing(String text) {
    return and(exchange -> exchange.text().contains(text));
  }

  /** Whose path has this text; it is compared as it is sent, percent-encoded. */
  public Call withPathContaining(String text) {
    return and(exchange -> exchange.path().contains(text));
  }

  public Call withHeader(String name, String value) {
    return and(exchange -> exchange.header(name).equals(value));
  }

  @Override
  public Call and(Predicate<? super Exchange> further) {
    return new Call(condition.and(further));
  }

  @Override
  public boolean test(Exchange exchange) {
    return condition.test(exchange);
  }
}
