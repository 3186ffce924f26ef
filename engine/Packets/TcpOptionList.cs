namespace Lab.Engine.Packets;

/// <summary>One option of a TCP header (RFC 9293 section 3.1).</summary>
public readonly ref struct TcpOption(byte kind, ReadOnlySpan<byte> data)
{
    public const byte End = 0, NoOperation = 1, WindowScale = 3, SackPermitted = 4, SelectiveAck = 5;

    public byte Kind { get; } = kind;

    /// <summary>Without kind and length.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}

/// <summary>Walks well-formed options; stops at the end mark and at the first that makes no sense, as conntrack does.</summary>
public ref struct TcpOptionList(ReadOnlySpan<byte> options)
{
    private ReadOnlySpan<byte> _rest = options;

    public TcpOption Current { get; private set; }

    public readonly TcpOptionList GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty && _rest[0] == TcpOption.NoOperation)
        {
            _rest = _rest[1..];
        }

        if (_rest.Length < 2 || _rest[0] == TcpOption.End || _rest[1] < 2 || _rest[1] > _rest.Length)
        {
            return false;
        }

        Current = new(_rest[0], _rest[2.._rest[1]]);
        _rest = _rest[_rest[1]..];
        return true;
    }
}
