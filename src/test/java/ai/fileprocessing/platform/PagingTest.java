package ai.fileprocessing.platform;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {
  private static final String ID = "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";

  @Test
  void aPageHasAHundredWhereNobodySaysHowMany() {
    assertThat(read("alice", null, null).limit()).isEqualTo(100);
    assertThat(read("alice", null, null).after()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "100", "1000", "0009"})
  void aLimitIsUpToAThousand(String limit) {
    assertThat(read("alice", limit, null).limit()).isEqualTo(Integer.parseInt(limit));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "-1", "1001", "1.0", "1e2", "ten", " 5", "99999999999", "٥", "5\n", "+5"})
  void anotherLimitIsRefused(String limit) {
    assertProblem(() -> read("alice", limit, null), 400, "PARAMETER_INVALID", "limit");
  }

  @Test
  void aCursorLeadsItsCallerBackToWhereThePageEnded() {
    assertThat(read("alice", null, Paging.cursorOf(ID, "alice")).after()).contains(ID);
  }

  @Test
  void aCursorIsSafeInAQuery() {
    assertThat(Paging.cursorOf(ID, "alice")).matches("[A-Za-z0-9_-]+").doesNotContain(ID);
  }

  @Test
  void anotherCallersCursorIsRefused() {
    String cursor = Paging.cursorOf(ID, "alice");

    assertProblem(() -> read("bob", null, cursor), 400, "PARAMETER_INVALID", "cursor");
  }

  @Test
  void anAlteredCursorIsRefused() {
    String content =
        new String(
            Base64.getUrlDecoder().decode(Paging.cursorOf(ID, "alice")), StandardCharsets.UTF_8);
    for (int i = 0; i < content.length(); i++) {
      char other = content.charAt(i) == '0' ? '1' : '0';
      String altered = encoded(content.substring(0, i) + other + content.substring(i + 1));

      assertProblem(() -> read("alice", null, altered), 400, "PARAMETER_INVALID", "cursor");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "====", "%", "\u00e9", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAA", "null"})
  void whatIsNoCursorIsRefused(String cursor) {
    assertProblem(() -> read("alice", null, cursor), 400, "PARAMETER_INVALID", "cursor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "no id", "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b/x"})
  void aCursorWithARightDigestOverWhatIsNoIdIsRefused(String key) {
    String forged = Paging.cursorOf(key, "alice");

    assertProblem(() -> read("alice", null, forged), 400, "PARAMETER_INVALID", "cursor");
  }

  private static String encoded(String content) {
    return Base64.getUrlEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  private static Paging read(String userId, String limit, String cursor) {
    MultivaluedMap<String, String> query = new MultivaluedHashMap<>();
    if (limit != null) {
      query.add("limit", limit);
    }
    if (cursor != null) {
      query.add("cursor", cursor);
    }
    Caller caller = new Caller();
    caller.is(new Identity(userId, Set.of()));
    return Paging.of(uri(query), caller);
  }

  private static UriInfo uri(MultivaluedMap<String, String> query) {
    return (UriInfo)
        Proxy.newProxyInstance(
            PagingTest.class.getClassLoader(),
            new Class<?>[] {UriInfo.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getQueryParameters");
              return query;
            });
  }
}
