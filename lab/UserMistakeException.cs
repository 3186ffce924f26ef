namespace Lab;

/// <summary>The command line asked for something that cannot be; the message says what and what to do instead.</summary>
/// <remarks>For mistakes inside documents there are diagnostics; this is for arguments that no parser rule can refuse.</remarks>
public sealed class UserMistakeException : Exception
{
    public UserMistakeException()
    {
    }

    public UserMistakeException(string message) : base(message)
    {
    }

    public UserMistakeException(string message, Exception inner) : base(message, inner)
    {
    }
}
