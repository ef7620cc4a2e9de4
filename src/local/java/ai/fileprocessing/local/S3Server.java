package ai.fileprocessing.local;

import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * S3 over a folder, by S3Proxy. It checks signatures as S3 does; it knows no encryption, tags or
 * versions (501), and an object cannot be called {@code a} beside another called {@code a/b}.
 */
final class S3Server implements AutoCloseable {
  private final S3Proxy proxy;

  S3Server(int port, Path data) {
    proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(data.toString()))
            .awsAuthentication(
                AuthenticationType.AWS_V4, StandIns.ACCESS_KEY, StandIns.SECRET_ACCESS_KEY)
            .endpoint(LoopbackServer.uri(port))
            .ignoreUnknownHeaders(true)
            .build();
    try {
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException("The S3 stand-in did not start", e);
    }
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The S3 stand-in did not stop", e);
    }
  }
}
