namespace Lab.Contract.Bindings;

/// <summary>What a <c>Then</c> demands did not happen; the message says what was expected and what happened.</summary>
/// <remarks>Any other exception out of a step counts as a failure too, assertion libraries included.</remarks>
public sealed class ExpectationException : Exception
{
    public ExpectationException()
    {
    }

    public ExpectationException(string message) : base(message)
    {
    }

    public ExpectationException(string message, Exception inner) : base(message, inner)
    {
    }
}
