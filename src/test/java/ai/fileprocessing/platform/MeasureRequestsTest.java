package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasureRequestsTest {
  private final CountedMeters meters = new CountedMeters();
  private final MeasureRequests measure = new MeasureRequests();

  @BeforeEach
  void inject() {
    measure.meters = meters;
    measure.called = fake(ResourceInfo.class, Map.of());
  }

  @Test
  void aMethodIsToldByItsName() {
    answer("GET", 200);
    answer("GET", 200);
    answer("DELETE", 404);

    assertThat(meters.of("requests", "GET", "none", "200")).isEqualTo(2);
    assertThat(meters.of("requests", "DELETE", "none", "404")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BREW", "get", "PROPFIND"})
  void whatNoCallTakesIsOneMethodHoweverManyWordsClientsFindForIt(String word) {
    answer(word, 405);

    assertThat(meters.of("requests", "_OTHER", "none", "405")).isEqualTo(1);
    assertThat(meters.of("requests", word, "none", "405")).isZero();
  }

  @Test
  void anAnswerThatWasWaitedForStandsApart() {
    answer("GET", 200);
    answer("GET", 200, PreferredWait.APPLIED);

    assertThat(meters.of("requests", "GET", "none", "200")).isEqualTo(1);
    assertThat(meters.of("requests", "GET", "none (waited)", "200")).isEqualTo(1);
  }

  private void answer(String method, int status, String... headers) {
    Map<String, Object> properties = new HashMap<>();
    ContainerRequestContext in =
        fake(
            ContainerRequestContext.class,
            Map.of(
                "getMethod",
                args -> method,
                "getProperty",
                args -> properties.get((String) args[0]),
                "setProperty",
                args -> properties.put((String) args[0], args[1])));
    measure.filter(in);
    MultivaluedMap<String, Object> sent = new MultivaluedHashMap<>();
    List.of(headers).forEach(it -> sent.add(it, "a value"));
    measure.filter(
        in,
        fake(
            ContainerResponseContext.class,
            Map.of("getStatus", args -> status, "getHeaders", args -> sent)));
  }

  private static <T> T fake(Class<T> type, Map<String, Function<Object[], Object>> methods) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) ->
                methods.containsKey(method.getName())
                    ? methods.get(method.getName()).apply(args)
                    : null));
  }
}
