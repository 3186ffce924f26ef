using System.Runtime.InteropServices;

namespace Lab.Engine.Interop;

/// <summary>What a listing shows; without a flag everything but handles (libnftables(3), nft_ctx_output_set_flags).</summary>
[Flags]
public enum NftOutput : uint
{
    Plain = 0,

    /// <summary>Without what changes by itself, that is counters: NFT_CTX_OUTPUT_STATELESS.</summary>
    Stateless = 1 << 2,

    /// <summary>With the numbers by which the kernel names tables, chains and rules: NFT_CTX_OUTPUT_HANDLE.</summary>
    Handles = 1 << 3,

    /// <summary>Without the elements of sets: NFT_CTX_OUTPUT_TERSE.</summary>
    Terse = 1 << 11,
}

/// <summary>libnftables in this process (libnftables(3)): the parser and the netlink talk of the nft tool, without the process.</summary>
/// <remarks>
/// A context speaks to the namespace of the thread that made it and may be used from one thread at a time; its caches
/// are per command.
/// </remarks>
public sealed partial class Nftables : IDisposable
{
    /// <summary>The file name by the package's name: the unversioned one comes with the development package only.</summary>
    private const string Library = "libnftables.so.1";

    private readonly Context _context;

    /// <exception cref="DllNotFoundException">The library is not installed (Debian package libnftables1).</exception>
    public Nftables()
    {
        _context = New(0);
        _ = BufferOutput(_context);
        _ = BufferError(_context);
    }

    /// <summary>What listings from now on show.</summary>
    public NftOutput Output
    {
        set => SetOutput(_context, (uint)value);
    }

    /// <summary>Runs commands as one transaction.</summary>
    /// <returns>True and what was printed, or false and the complaints, one per line, each with <c>line:column</c>.</returns>
    public (bool Done, string Text) TryRun(string commands)
    {
        bool done = Run(_context, commands) == 0;
        string text = Marshal.PtrToStringUTF8(done ? OutputBuffer(_context) : ErrorBuffer(_context)) ?? "";
        return (done, text);
    }

    public void Dispose() => _context.Dispose();

    [LibraryImport(Library, EntryPoint = "nft_ctx_new")]
    private static partial Context New(uint flags);

    [LibraryImport(Library, EntryPoint = "nft_ctx_free")]
    private static partial void Free(nint context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_buffer_output")]
    private static partial int BufferOutput(Context context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_buffer_error")]
    private static partial int BufferError(Context context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_output_set_flags")]
    private static partial void SetOutput(Context context, uint flags);

    [LibraryImport(Library, EntryPoint = "nft_run_cmd_from_buffer", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Run(Context context, string commands);

    [LibraryImport(Library, EntryPoint = "nft_ctx_get_output_buffer")]
    private static partial nint OutputBuffer(Context context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_get_error_buffer")]
    private static partial nint ErrorBuffer(Context context);

    private sealed class Context() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            Free(handle);
            return true;
        }
    }
}
