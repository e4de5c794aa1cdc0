"""What a complaint is: records, rules, actions, money, intake."""
