package ai.fileprocessing.files.detection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * A file of which only so many bytes can be read, wherever they are. Whoever reads it for somebody
 * who may lie about its structure is bounded in time and memory.
 */
final class BoundedChannel implements SeekableByteChannel {
  private final SeekableByteChannel file;
  private long left;

  BoundedChannel(SeekableByteChannel file, long most) {
    this.file = file;
    left = most;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int read = file.read(into);
    left -= Math.max(0, read);
    if (left < 0) {
      throw new IOException("More was to be read than a look takes.");
    }
    return read;
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }
}
