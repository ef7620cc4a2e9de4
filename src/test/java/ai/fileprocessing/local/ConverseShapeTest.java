package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no SDK sends. */
class ConverseShapeTest {
  private static final String HELLO = "'messages':[{'role':'user','content':[{'text':'hello'}]}]";

  @BeforeEach
  void reset() {
    StandIns.shared().bedrock().reset();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{HELLO, 'prompt': 'x'}                  | #: extraneous key [prompt] is not permitted",
        "{HELLO, 'modelId': 'x'}                 | #: extraneous key [modelId] is not permitted",
        "{HELLO, 'inferenceConfig': {'topK': 1}} | #/inferenceConfig: extraneous key [topK]",
        "{HELLO, 'inferenceConfig': {'maxTokens': '1'}} | #/inferenceConfig/maxTokens: expected type: Number, found: STRING",
        "{HELLO, 'system': 'x'}                  | #/system: expected type: JSONArray, found: STRING",
        "{HELLO, 'requestMetadata': {'a': 1}}    | #/requestMetadata/a: expected type: String",
        "{HELLO, 'outputConfig': {'textFormat': {'type': 'json_schema', 'jsonSchema': {}}}} | #/outputConfig/textFormat: extraneous key [jsonSchema]",
        "{'messages': [{'role': 'user', 'content': [{'words': 'x'}]}]} | #/messages/0/content/0: extraneous key [words]",
        "{'messages': [{'role': 'user', 'content': [{'text': 1}]}]} | #/messages/0/content/0/text: expected type: String",
        "{'messages': [{'role': 'user', 'content': [{'text': 'a', 'cachePoint': {'type': 'default'}}]}]} | Exactly one kind must be set at messages.0.content.0",
        "{'messages': [{'role': 'user', 'content': [{'text': 'a'}, {'image': {'format': 'png', 'source': {'bytes': '%%'}}}]}]} | are no base64",
        "{'messages': [{'role': 'user', 'content': [{'text': 'a'}, {'image': {'format': 'png', 'source': {'s3Location': {'uri': 's3://a/b'}}}}]}]} | reads bytes only",
        "[]                                      | #: expected type: JSONObject, found: ARRAY"
      })
  void isRefused(String body, String message) throws Exception {
    HttpResponse<String> answer = post(body.replace("HELLO", HELLO));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("x-amzn-errortype")).hasValue("ValidationException");
    assertThat(answer.body()).contains(message);
  }

  @Test
  void allThatTheSdkKnowsIsKnown() throws Exception {
    HttpResponse<String> answer =
        post(
            "{"
                + HELLO
                + ",'additionalModelRequestFields': {'any': [1]},"
                + "'additionalModelResponseFieldPaths': ['/x'],"
                + "'performanceConfig': {'latency': 'standard'},"
                + "'promptVariables': {'v': {'text': 'x'}}}");

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> post(String body) throws Exception {
    URI uri =
        URI.create(
            "http://127.0.0.1:" + StandIns.shared().ports().bedrock() + "/model/a.b/converse");
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
