using System.Buffers.Binary;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Engine.Tests.State;

/// <summary>switching.md section 4.3, segment by segment: what the server says, to a client that has sent up to 101.</summary>
public sealed class TcpWindowTests
{
    private readonly TcpSide _client = new() { End = 101, MaximumEnd = 101, MaximumWindow = 1000, AllowsSack = true };
    private readonly TcpSide _server = new() { End = 501, MaximumEnd = 1501, MaximumWindow = 1000 };

    [Fact]
    public void A_closed_window_still_lets_one_byte_through()
    {
        Check(acknowledgement: 101, window: 0).Should().Be(TcpVerdict.Accepted);

        _client.MaximumEnd.Should().Be(102);
    }

    [Theory]
    [InlineData(101, true)]
    [InlineData(102, false)]
    public void What_is_acknowledged_selectively_must_have_been_sent(uint edge, bool fits) =>
        Check(90, 1000, [5, 10, .. Bytes(95), .. Bytes(edge), 1, 1]).Should().Be(fits ? TcpVerdict.Accepted : TcpVerdict.Invalid);

    [Fact]
    public void A_timestamp_is_no_selective_acknowledgement() =>
        Check(101, 1000, [8, 10, .. Bytes(7), .. Bytes(5000), 1, 1]).Should().Be(TcpVerdict.Accepted);

    [Theory]
    [InlineData(101, 101)]
    [InlineData(102, 102)] // one byte beyond what was sent answers a keepalive
    [InlineData(103, 101)]
    public void The_first_of_a_side_in_the_middle_may_answer_a_keepalive(uint acknowledgement, uint sent)
    {
        _server.MaximumWindow = 0;

        _ = Check(acknowledgement, 1000);

        _client.End.Should().Be(sent);
        _server.MaximumEnd.Should().Be(501 + 1000);
    }

    private TcpVerdict Check(uint acknowledgement, ushort window, byte[]? options = null)
    {
        byte[] bytes = [.. new byte[20], .. options ?? []];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 501);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), acknowledgement);
        bytes[12] = (byte)(bytes.Length / 4 << 4);
        bytes[13] = (byte)TcpFlags.Ack;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), window);
        TcpView.TryRead(bytes, out TcpView segment).Should().BeTrue();
        return TcpWindow.Check(
            TcpState.Established, _server, _client, segment, ConnectionDirection.Reply, TcpNumbers.Of(segment, bytes.Length), out _);
    }

    private static byte[] Bytes(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
