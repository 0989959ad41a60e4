"""Who a person is: what they show, what is asked of whom, who looks at it and who decides."""
